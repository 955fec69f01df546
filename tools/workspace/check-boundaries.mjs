// A rule that never fires is no rule: forbidden imports are linted in memory and must fail.
import { ESLint } from 'eslint'
import { root } from './command.mjs'

const cases = [
  { why: 'the kernel must not know a mechanism', file: 'packages/core/src/x.ts', code: "import '@attestry/audit'\n" },
  { why: 'a mechanism must not import another', file: 'packages/pii/src/x.ts', code: "import '@attestry/audit'\n" },
  {
    why: 'a regulation reaches mechanisms through DI',
    file: 'packages/plugin-gdpr/src/x.ts',
    code: "import '@attestry/pii'\n",
  },
  { why: 'the trainer must not import bias', file: 'packages/trainer/src/x.ts', code: "import '@attestry/bias'\n" },
  { why: 'decorators lose their types in the build', file: 'packages/core/src/x.ts', code: '@a class A {}\n' },
  { why: 'randomness comes in as an argument', file: 'packages/dp/src/x.ts', code: 'Math.random()\n' },
]
const allowed = [
  { why: 'a mechanism may import the kernel', file: 'packages/pii/src/x.ts', code: "import '@attestry/core'\n" },
  { why: 'the trainer may import dp', file: 'packages/trainer/src/x.ts', code: "import '@attestry/dp'\n" },
]

const eslint = new ESLint({ cwd: root })
const errors = async ({ file, code }) => {
  const [result] = await eslint.lintText(code, { filePath: `${root}/${file}` })
  return result.errorCount
}
let wrong = 0
for (const one of cases) if ((await errors(one)) === 0) wrong += complain(one, 'was accepted')
for (const one of allowed) if ((await errors(one)) > 0) wrong += complain(one, 'was refused')
process.exit(wrong === 0 ? 0 : 1)

function complain({ why, file, code }, what) {
  console.log(`${why}: ${code.trim()} in ${file} ${what}`)
  return 1
}
