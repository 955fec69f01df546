#!/usr/bin/env node
import { systemToday } from './today.js'
import { createPlugin } from './create-plugin.js'

const [folder, ...rest] = process.argv.slice(2)
const usage = 'usage: create-attestry-plugin <folder>\n\n  create-attestry-plugin ./ccpa\n'

if (folder === '--help' || folder === '-h') process.stdout.write(usage)
else if (folder === undefined || folder.startsWith('-') || rest.length > 0) {
  process.stderr.write(usage)
  process.exitCode = 2
} else
  try {
    const paths = createPlugin(folder, { today: systemToday() })
    process.stderr.write(
      `${paths.length} files in ${folder}. Next: cd ${folder} && npm install && npm run build && npm test\n`,
    )
  } catch (failure) {
    process.stderr.write(`error: ${failure instanceof Error ? failure.message : String(failure)}\n`)
    process.exitCode = 2
  }
