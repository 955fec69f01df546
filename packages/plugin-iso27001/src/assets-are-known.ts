import type { DeployQuestion } from '@attestry/core'
import { assetNotStated, classificationLowered } from './errors.js'
import { classifications, type Iso27001Options } from './options.js'

/** A.5.9: dataset and model by digest, each with somebody who answers for it. */
export const assetsHaveOwners =
  ({ data, model }: Iso27001Options): DeployQuestion =>
  async ({ datasetDigest, modelDigest }) => ({
    type: 'asset-inventory',
    controls: ['ISO27001-A.5.9', 'ISO42001-A.7'],
    subjects: [
      { name: 'dataset', digest: datasetDigest },
      { name: 'model', digest: modelDigest },
    ],
    facts: { dataset: { owner: data.owner }, model: { owner: model.owner } },
    open: [
      ...(data.owner === null ? [assetNotStated('ISO27001-A.5.9', 'nobody answers for the data')] : []),
      ...(model.owner === null ? [assetNotStated('ISO27001-A.5.9', 'nobody answers for the model')] : []),
    ],
    met: `${data.owner} answers for the data, ${model.owner} for the model`,
  })

/** A.5.12, A.5.13: the model's class is no lower than that of its data. */
export const classificationIsCarried =
  ({ data, model }: Iso27001Options): DeployQuestion =>
  async ({ datasetDigest, modelDigest }) => {
    const classOfModel = model.classification ?? data.classification
    const isLowered = classifications.indexOf(classOfModel) < classifications.indexOf(data.classification)
    return {
      type: 'classification',
      controls: ['ISO27001-A.5.12'],
      subjects: [
        { name: 'dataset', digest: datasetDigest },
        { name: 'model', digest: modelDigest },
      ],
      facts: { data: data.classification, model: classOfModel },
      open: isLowered ? [classificationLowered(data.classification, classOfModel)] : [],
      met: `data is classed as ${data.classification}, the model as ${classOfModel}`,
    }
  }

/** A.5.32: the licence that the data is used under is stated. That it allows the use is a document that a person signs. */
export const rightsAreStated =
  ({ data }: Iso27001Options): DeployQuestion =>
  async ({ datasetDigest }) => ({
    type: 'rights-stated',
    controls: ['ISO27001-A.5.32'],
    subjects: [{ name: 'dataset', digest: datasetDigest }],
    facts: { licence: data.licence },
    open:
      data.licence === null
        ? [assetNotStated('ISO27001-A.5.32', 'nobody says under which licence the data is used')]
        : [],
    met: `the data is used under: ${data.licence}`,
  })
