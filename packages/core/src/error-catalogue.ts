import type { ErrorCatalogue } from './errors.js'

/** Every code of the kernel. `attestry explain` and the error pages are made from it. */
export const errorCatalogue: ErrorCatalogue = {
  'CORE-E001': {
    title: 'the config does not have the expected form',
    explanation:
      'The config is checked once, before anything is read. Unknown keys are refused too, because a misspelt key that is silently ignored would switch a safeguard off. The first problem stands in the headline and the others in the notes, each with its path. Mend the lines and run again.',
    example: '"training": { "epsilonn": 3 }   →   "training": { "privacy": { "epsilon": 3, "delta": 1e-5 } }',
  },
  'CORE-E002': {
    title: 'a plugin has no valid name or version',
    explanation:
      'Evidence names the plugin and the version that produced it. Without both, a reader of the record could not tell which code ran. Give the plugin its package name and a semantic version.',
    example: "version: 'latest'   →   version: '1.2.0'",
  },
  'CORE-E003': {
    title: 'a plugin was made for another kernel version',
    explanation:
      "A plugin states the range of @attestry/core that it works with, and the kernel checks it again at load because npm's own peer check can be overridden. Running it anyway could skip a safeguard that changed its form. Install a version of the plugin that fits, or another kernel.",
    example: 'npm install @attestry/plugin-gdpr@latest @attestry/core@latest',
  },
  'CORE-E004': {
    title: 'nobody provides a service that is needed',
    explanation:
      'A plugin, or the run itself, needs a service that no loaded plugin registers. The check happens before anything runs, so that a run never stops half-way for it. Load a plugin that provides the service; the ready-made composition of @attestry/sdk provides all of them.',
    example: 'plugins: [gdpr(...)]   →   plugins: [...mechanisms(), gdpr(...)]',
  },
  'CORE-E005': {
    title: 'an obligation has nobody to carry it out',
    explanation:
      'A plugin demands something, such as removing identifiers, and no loaded plugin says that it carries such demands out. Ignoring the demand would make the record claim a safeguard that never ran. Load the mechanism that answers this kind of obligation.',
    example: 'remove-identifiers is answered by @attestry/pii',
  },
  'CORE-E006': {
    title: 'a plugin is loaded twice',
    explanation:
      'Two plugins have the same name. Their options might differ, and the record could not say which of the two acted. Name the plugin once in the config.',
    example: 'remove the second { "use": "@attestry/plugin-gdpr" }',
  },
  'CORE-E007': {
    title: 'two plugins provide the same service',
    explanation:
      'Only one implementation of a service can be in force in a run. Which one would win must not depend on the order in which plugins were named. Load one of the two.',
    example: 'load either @attestry/audit or your own AuditLog, not both',
  },
  'CORE-E008': {
    title: 'services need each other in a circle',
    explanation:
      'Each service is made when it is first asked for, and its maker may ask for others. Here the chain of needs comes back to where it began, so none of them can be made first. The headline prints the circle as a -> b -> a; let one of them take the other as an argument of a call.',
    example: 'Vault -> AuditLog -> Vault',
  },
  'CORE-E009': {
    title: 'a plugin handles a hook that does not exist',
    explanation:
      'There are five hook points: preprocess, trainStep, evaluate, deploy and monitor. A handler under another name would never be called, and its safeguard would be missing without a sign. Use one of the five names.',
    example: 'hooks: { onDeploy: … }   →   hooks: { deploy: … }',
  },
  'CORE-E010': {
    title: 'a service was asked for without declaring it',
    explanation:
      "A plugin resolves only the services that it names in 'requires' or 'uses'. That keeps what a plugin touches visible in one line, and lets the kernel check it before a run. It is discipline, not a sandbox: a plugin is code that you chose to run. Declare the service.",
    example: 'requires: [ConsentRegistry]',
  },
  'CORE-E011': {
    title: 'the order of handlers contradicts itself',
    explanation:
      "Handlers may ask to run before or after named plugins. Here these wishes form a circle, so no order meets them all. The headline prints the circle; remove one 'before' or 'after'.",
    example: "a: { before: ['b'] }, b: { before: ['a'] }",
  },
  'CORE-E012': {
    title: 'a plugin failed',
    explanation:
      'A handler threw something that is not a coded error. The kernel names plugin, hook and stage, and keeps the cause for --debug, but does not print its text, which might quote data. In the deploy stage a failure counts as a deny. Report it to the author of the plugin.',
    example: 'attestry run --debug',
  },
  'CORE-E013': {
    title: 'a handler did not settle in time',
    explanation:
      'Every hook point has a time limit, so that a promise that is never resolved cannot hold a run for ever. The headline names plugin, hook and limit. In the deploy stage a silent handler counts as a deny. Look for a promise that nobody resolves, or set timeoutMs for work that is honestly long.',
    example: 'evaluate: { handler, timeoutMs: 3_600_000 }',
  },
  'CORE-E014': {
    title: 'the run failed in a way that has no code',
    explanation:
      'Something below the plugins failed, such as the disk or the memory of the process. What was durable before is kept, and the log shows where the run broke off. Run again with --debug for the stack, mend the cause, then go on with `attestry resume`.',
    example: 'attestry resume 01J… --debug',
  },
  'CORE-E015': {
    title: 'a deploy handler gave no vote',
    explanation:
      "A deploy handler answers permit, abstain, or deny with at least one reason. Anything else counts as a failure of the plugin and therefore as a deny, because silence must never let a model through. Return { decision: 'abstain' } when there is nothing to say.",
    example: "deploy: () => ({ decision: 'abstain' })",
  },
  'CORE-E016': {
    title: 'the run was stopped on request',
    explanation:
      'Somebody pressed Ctrl-C or aborted the signal that the run was given. The run stopped between two steps and recorded it; what was finished stays finished. Go on with `attestry resume`, which trains with the same sealed randomness and therefore reaches the same weights.',
    example: 'attestry resume 01J…',
  },
  'CORE-E020': {
    title: 'no plugin permitted the deployment',
    explanation:
      'Every plugin abstained. A deployment needs at least one plugin that looked at it and permitted it, so an empty set of rules does not let a model through. Load a plugin that judges deployments, such as @attestry/governance.',
    example: 'plugins: [...mechanisms()]',
  },
  'CORE-E021': {
    title: 'the plugins changed since the run began',
    explanation:
      'A resumed run must be the same run. With other plugins or options, stages that finished earlier would have been judged by other rules than the ones in the record. Load the same plugins with the same options, or start a new run.',
    example: 'attestry run',
  },
  'CORE-E022': {
    title: 'there is no such run',
    explanation:
      'The run that was named has no folder in this workspace. Runs live in .attestry/runs, each under its identifier. List them with attestry report --list, or name the workspace with --workspace.',
    example: 'attestry resume 01JD8T… --workspace ../other/.attestry',
  },
  'CORE-E023': {
    title: 'the run has finished',
    explanation:
      'A finished run is not entered again: nothing in it is left to do, and its record is closed. Start a new run to train again. The finished one can still be verified and reported.',
    example: 'attestry run',
  },
  'CORE-E030': {
    title: 'obligations disagree and nobody has resolved it',
    explanation:
      'Two plugins demand things that cannot both be met, such as deleting data after two years and keeping it for seven. The run stops before any data is read, because which duty prevails is a legal question. A person other than the author decides, signs the resolution with its legal basis, and the run goes on.',
    example: 'attestry policy --resolve retain:training-data --keep P7Y --legal-basis "…" --as dana',
  },
  'CORE-E031': {
    title: 'the deployment was denied',
    explanation:
      'At least one plugin denied the deployment, or a limit was broken. Each reason stands in the verdict with its control. Reasons marked as pending can be met by people, and then `attestry resume` asks again; the others need another run.',
    example: 'attestry approve 01J… --as dana && attestry resume 01J…',
  },
  'CORE-E032': {
    title: 'a measured value breaks a limit',
    explanation:
      'The policy or the config sets a largest value for a metric, and the model is over it or the metric was not assessed. A value that nobody measured never counts as a pass. Train again with reweighing, other data or other settings, or have the limit changed by those who set it.',
    example: '"training": { "reweigh": "sex" }',
  },
  'CORE-E040': {
    title: 'a value has no canonical JSON form',
    explanation:
      'Digests and signatures are made over the canonical JSON of RFC 8785. NaN, infinities, integers beyond 2^53, lone surrogates and objects of a class have no such form, and writing something near it would make two different values look equal. Write big integers as strings and missing values as null.',
    example: '{ count: NaN }   →   { count: null }',
  },
  'CORE-E041': {
    title: 'a duration cannot be read',
    explanation:
      "Durations are calendar durations of ISO 8601: years, months, weeks or days. Hours are not accepted, because retention is counted in days. Write 'P7Y' for seven years or 'P30D' for thirty days.",
    example: "'7 years'   →   'P7Y'",
  },
  'CORE-E042': {
    title: 'a column is not in the data',
    explanation:
      'The config or a plugin names a column that the source does not have. Going on without it would train on something else than was asked for. The notes list the columns that exist; name one of them, or add the column to the source.',
    example: '"label": "is_spam"   →   "label": "spam"',
  },
  'CORE-E043': {
    title: 'a column holds text where numbers are needed',
    explanation:
      'A feature with min and max must be a column of numbers. This column was read as text. Declare it as a category with its values, or mend the source.',
    example: '"features": { "sector": { "values": ["manufacturing", "other"] } }',
  },
  'CORE-E044': {
    title: 'a row has a class that was not declared',
    explanation:
      'The classes are declared in the config, so that finding them out costs no privacy and a typo does not become a class. A row has a label that is not among them. Add the class to data.classes, or mend the row; the headline gives its number, never its content.',
    example: '"classes": ["ham", "spam"]',
  },
  'CORE-E045': {
    title: 'no row is left to train on',
    explanation:
      'Every row was quarantined or dropped by a plugin, such as a consent filter. The counts per plugin tell where they went, and quarantine.jsonl gives the line and reason of each row that could not be read. Mend the source, the consent records or the purpose.',
    example: 'attestry report 01J…',
  },
  'CORE-E046': {
    title: 'a split has fewer than two classes',
    explanation:
      'A classifier learns to tell classes apart, and an evaluation needs both to measure errors. One side of the train/test split holds one class only, or no rows. Add data of the missing class, or change evaluation.testFraction.',
    example: '"evaluation": { "testFraction": 0.3 }',
  },
  'CORE-E047': {
    title: 'there is no privacy ledger',
    explanation:
      'Training with differential privacy spends a budget that belongs to the dataset, across runs. Without a ledger the same data could be trained on again and again with a full budget each time. Load a plugin that provides PrivacyLedger.',
    example: "import { dp } from '@attestry/dp'",
  },
  'CORE-E048': {
    title: 'nobody computes the weights that reweighing asks for',
    explanation:
      'The config asks for example weights that remove the dependence of label and group, and no loaded plugin provides them. Training without them would show a reweighed model that is none. Load a plugin that provides Reweighing.',
    example: "import { bias } from '@attestry/bias'",
  },
  'CORE-E049': {
    title: 'nothing keeps the run on this machine',
    explanation:
      'Processing is local unless the config says otherwise, and a regulation may demand it. A run that only promised so could send data away through any library that it loads. Load a plugin that provides EgressGuard, or declare in the config that the run may connect elsewhere.',
    example: '"network": { "localOnly": true, "allow": ["mail.example.org:587"] }',
  },
  'CORE-E050': {
    title: 'weights that epsilon does not cover',
    explanation:
      'Reweighing takes its weights from exact counts of the rows by label and group, and every step of the training uses them. Epsilon bounds what the gradients tell about a record, and knows nothing of those counts: the stated bound would not hold. Nothing was charged and nothing was trained. Train without weights and debias the predictions, or train without privacy and say so.',
    example: '"training": { "privacy": { "epsilon": 3, "delta": 1e-5 } }   // and no "reweigh"',
  },
  'CORE-E051': {
    title: 'nobody knows people again from run to run',
    explanation:
      'A privacy budget per person adds up what every run spends on the same person. Without handles that last, each run would take everybody for somebody new, and the budget would hold nothing. Load a plugin that provides SubjectHandles.',
    example: '"plugins": [{ "use": "@attestry/governance" }, { "use": "@attestry/dp" }]',
  },
}
