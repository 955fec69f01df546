import type { DeployQuestion } from '@attestry/core'
import { classificationLowered } from './errors.js'
import { classifications, type Soc2Options } from './options.js'

/** C1.1: the model carries a class that is no lower than that of the data that it was made from. */
export const classificationIsCarried =
  ({ classification: { data, model = data } }: Soc2Options): DeployQuestion =>
  async ({ datasetDigest, modelDigest }) => ({
    type: 'classification',
    controls: ['SOC2-C1.1'],
    subjects: [
      { name: 'dataset', digest: datasetDigest },
      { name: 'model', digest: modelDigest },
    ],
    facts: { data, model },
    open: classifications.indexOf(model) < classifications.indexOf(data) ? [classificationLowered(data, model)] : [],
    met: `data is classed as ${data}, the model as ${model}`,
  })
