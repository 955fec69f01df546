#!/usr/bin/env node
import { main } from './main.js'
import { isReaderGone } from './terminal.js'

// Work that has begun goes on when nobody reads any more what it prints.
process.stdout.on('error', failure => {
  if (!isReaderGone(failure)) throw failure
})
process.exitCode = await main(process.argv.slice(2))
