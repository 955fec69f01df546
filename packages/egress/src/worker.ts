import { egressGuard } from './guard.js'
import { watchWaysOut } from './ways-out.js'
import { hostsVariable } from './workers.js'

// Loaded by workers before their own code: the ways out are closed for the worker's whole life.
watchWaysOut()
egressGuard.close(JSON.parse(process.env[hostsVariable] ?? '[]') as string[])
