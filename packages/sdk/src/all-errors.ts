import { errorCatalogue as core, type ErrorCatalogue } from '@attestry/core'
import { errorCatalogue as audit } from '@attestry/audit'
import { errorCatalogue as autograd } from '@attestry/autograd'
import { errorCatalogue as bias } from '@attestry/bias'
import { errorCatalogue as data } from '@attestry/data'
import { errorCatalogue as disclosure } from '@attestry/disclosure'
import { errorCatalogue as dp } from '@attestry/dp'
import { errorCatalogue as egress } from '@attestry/egress'
import { errorCatalogue as explain } from '@attestry/explain'
import { errorCatalogue as governance } from '@attestry/governance'
import { errorCatalogue as monitor } from '@attestry/monitor'
import { errorCatalogue as pii } from '@attestry/pii'
import { errorCatalogue as ccpa } from '@attestry/plugin-ccpa'
import { errorCatalogue as euAiAct } from '@attestry/plugin-eu-ai-act'
import { errorCatalogue as gdpr } from '@attestry/plugin-gdpr'
import { errorCatalogue as hipaa } from '@attestry/plugin-hipaa'
import { errorCatalogue as iso27001 } from '@attestry/plugin-iso27001'
import { errorCatalogue as pciDss } from '@attestry/plugin-pci-dss'
import { errorCatalogue as soc2 } from '@attestry/plugin-soc2'
import { errorCatalogue as sox } from '@attestry/plugin-sox'
import { errorCatalogue as report } from '@attestry/report'
import { errorCatalogue as robustness } from '@attestry/robustness'
import { errorCatalogue as trainer } from '@attestry/trainer'
import { errorCatalogue as vault } from '@attestry/vault'
import { errorCatalogue as sdk } from './errors.js'

/** Every code of every package of the composition, with its explanation. */
export const allErrors: ErrorCatalogue = {
  ...core,
  ...audit,
  ...autograd,
  ...bias,
  ...data,
  ...disclosure,
  ...dp,
  ...egress,
  ...explain,
  ...governance,
  ...monitor,
  ...pii,
  ...ccpa,
  ...euAiAct,
  ...gdpr,
  ...hipaa,
  ...iso27001,
  ...pciDss,
  ...soc2,
  ...sox,
  ...report,
  ...robustness,
  ...trainer,
  ...vault,
  ...sdk,
}
