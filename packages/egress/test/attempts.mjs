// Tries one way out in a process of its own and prints what became of it, as JSON.
// Every target is this machine: 0.0.0.0 and 127.1 lead to loopback, but are no loopback address for the guard.
// The ways that begin with `kept-` open a connection first, close the guard then, and use the connection afterwards.
//   node attempts.mjs <way> <port> [--closed] [--allow=<host>]...
import { execFile, execSync, fork, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import dgram from 'node:dgram'
import dns from 'node:dns'
import { once } from 'node:events'
import http from 'node:http'
import http2 from 'node:http2'
import https from 'node:https'
import net from 'node:net'
import os from 'node:os'
import tls from 'node:tls'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import { egressGuard } from '../dist/index.js'

const [way, portText, ...flags] = process.argv.slice(2)
const port = Number(portText)
const allow = flags.filter(flag => flag.startsWith('--allow=')).map(flag => flag.slice('--allow='.length))
let guard = null
const close = () => {
  if (flags.includes('--closed')) guard = egressGuard.close(allow)
}
if (!way.startsWith('kept-')) close()
/** What came in at the servers of this process, which the kept connections lead to. */
let arrived = 0

const opened = async socket => {
  await once(socket, 'connect')
  socket.destroy()
}
const answered = request => new Promise((resolve, reject) => request.on('response', resolve).on('error', reject).end())
const resolver = Object.assign(new dns.promises.Resolver({ timeout: 500, tries: 1 }))
resolver.setServers([`127.0.0.1:${port}`])
const callbackResolver = new dns.Resolver({ timeout: 500, tries: 1 })
callbackResolver.setServers([`127.0.0.1:${port}`])
dns.setServers([`127.0.0.1:${port}`])
const inWorker = (code, options = {}) =>
  new Promise((resolve, reject) => {
    const worker = new Worker(code, { eval: true, ...options })
    worker.on('message', message =>
      message === 'ok' ? resolve() : reject(Object.assign(new Error(message), { code: message })),
    )
    worker.on('error', reject)
  })
const connectCode = `
  const { parentPort } = require('node:worker_threads')
  require('node:net').connect(${port}, '0.0.0.0')
    .on('connect', function () { this.destroy(); parentPort.postMessage('ok') })
    .on('error', error => parentPort.postMessage(error.code))`

/** An address of this machine that is not loopback. */
const elsewhere = () =>
  Object.values(os.networkInterfaces())
    .flat()
    .find(({ family, internal }) => family === 'IPv4' && !internal).address

/** Both ends know a key, so that no certificate has to be made. */
const psk = randomBytes(16)
const atServer = { ciphers: 'PSK', pskCallback: () => psk }
const atClient = {
  ciphers: 'PSK',
  pskCallback: () => ({ psk, identity: 'test' }),
  checkServerIdentity: () => undefined,
}

/** Connects to a server of this process, closes the guard, and uses the connection. */
async function kept(server, connect) {
  const arrives = () => (guard !== null || !flags.includes('--closed') ? arrived++ : null)
  server.on('request', (_, response) => (arrives(), response.end('ok')))
  const hear = socket => socket.on('data', arrives)
  if (server instanceof tls.Server) server.on('secureConnection', hear)
  else if (!(server instanceof http.Server)) server.on('connection', hear)
  await new Promise(resolve => server.listen(0, '0.0.0.0', resolve))
  const use = await connect(server.address().port)
  close()
  try {
    await use()
  } finally {
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}

const createConnection = async (to, options = {}) => {
  const socket = net.connect({ port: to, host: '0.0.0.0', ...options })
  await once(socket, 'connect')
  socket.on('error', () => {})
  return async together => {
    if (together) {
      socket.cork()
      socket.write('before')
      process.nextTick(() => socket.uncork())
    }
    await promisify(socket.write.bind(socket))('after')
  }
}

const ways = {
  net: () => opened(net.connect({ port, host: '0.0.0.0' })),
  'net-arguments': () => opened(net.connect(port, '0.0.0.0')),
  'net-socket': () => opened(new net.Socket().connect(port, '0.0.0.0')),
  'net-v6': () => opened(net.connect({ port, host: '::' })),
  'net-spelling': () => opened(net.connect({ port, host: '127.1' })),
  'net-decimal': () => opened(net.connect({ port, host: '2130706433' })),
  'net-lookup': () =>
    opened(
      net.connect({
        port,
        host: 'localhost',
        lookup: (_, options, done) =>
          options.all ? done(null, [{ address: '0.0.0.0', family: 4 }]) : done(null, '0.0.0.0', 4),
      }),
    ),
  'net-loopback': () => opened(net.connect(port, '127.0.0.1')),
  tls: () =>
    new Promise((resolve, reject) =>
      tls
        .connect({ port, host: '0.0.0.0' })
        .on('error', error => (error.code === 'EGRESS-E001' ? reject(error) : resolve())),
    ),
  http: () => answered(http.request({ port, host: '0.0.0.0', path: '/' })),
  https: () =>
    answered(https.request({ port, host: '0.0.0.0', path: '/' })).catch(error => {
      if (error.code === 'EGRESS-E001') throw error
    }),
  http2: () =>
    new Promise((resolve, reject) => {
      const session = http2.connect(`http://0.0.0.0:${port}`)
      session.on('connect', () => (session.destroy(), resolve())).on('error', reject)
    }),
  fetch: () =>
    fetch(`http://0.0.0.0:${port}/`).catch(error => {
      throw error.cause ?? error
    }),
  binding: async () => {
    const { TCP, TCPConnectWrap, constants } = process.binding('tcp_wrap')
    const code = new TCP(constants.SOCKET).connect(new TCPConnectWrap(), '0.0.0.0', port)
    if (code !== 0) throw Object.assign(new Error('refused'), { code: `errno ${code}` })
    await new Promise(resolve => setTimeout(resolve, 200))
  },
  dgram: () =>
    new Promise((resolve, reject) => {
      const socket = dgram.createSocket('udp4')
      socket.on('error', reject)
      socket.send('hello', port, '0.0.0.0', error => (socket.close(), error ? reject(error) : resolve()))
    }),
  'dgram-connect': () =>
    new Promise((resolve, reject) => {
      const socket = dgram.createSocket('udp4')
      socket.connect(port, '0.0.0.0', error =>
        error ? reject(error) : socket.send('hello', done => (socket.close(), done ? reject(done) : resolve())),
      )
    }),
  'dns-resolver': () =>
    callbackResolver.resolve4 && promisify(callbackResolver.resolve4.bind(callbackResolver))('data.secret.example'),
  'dns-promises': () => resolver.resolveTxt('data.secret.example'),
  'dns-module': () => promisify(dns.resolve)('data.secret.example'),
  'dns-reverse': () => promisify(dns.reverse)('192.0.2.1'),
  'dns-service': () => promisify(dns.lookupService)('192.0.2.1', 80),
  'dns-service-promises': () => dns.promises.lookupService('192.0.2.1', 80),
  'dgram-membership': async () => {
    const socket = dgram.createSocket('udp4')
    await new Promise(resolve => socket.bind(0, resolve))
    socket.addMembership('239.1.2.3')
  },
  'dgram-source-membership': async () => {
    const socket = dgram.createSocket('udp4')
    await new Promise(resolve => socket.bind(0, resolve))
    socket.addSourceSpecificMembership('127.0.0.1', '232.1.2.3')
  },
  'spawn-binding': async () => {
    const { Process } = process.binding('process_wrap')
    const started = new Process()
    const code = started.spawn({ file: process.execPath, args: ['node', '-e', ''], stdio: [] })
    if (code !== 0) throw Object.assign(new Error('refused'), { code: 'EGRESS-E001' })
  },
  'kept-net': () => kept(net.createServer(), createConnection),
  'kept-net-corked': () =>
    kept(net.createServer(), async to => {
      const write = await createConnection(to)
      return write && (() => write(true))
    }),
  'kept-net-lookup': () =>
    kept(net.createServer(), to =>
      createConnection(to, {
        host: 'localhost',
        lookup: (_, { all }, done) =>
          all ? done(null, [{ address: elsewhere(), family: 4 }]) : done(null, elsewhere(), 4),
      }),
    ),
  'kept-tls': () =>
    kept(tls.createServer(atServer), async to => {
      const socket = tls.connect({ port: to, host: '0.0.0.0', ...atClient })
      await once(socket, 'secureConnect')
      socket.on('error', () => {})
      return () => promisify(socket.write.bind(socket))('after')
    }),
  'kept-tls-over': () =>
    kept(tls.createServer(atServer), async to => {
      const below = net.connect(to, '0.0.0.0')
      const socket = tls.connect({ socket: below, ...atClient })
      await once(socket, 'secureConnect')
      socket.on('error', () => {})
      return () => promisify(socket.write.bind(socket))('after')
    }),
  'kept-http': () =>
    kept(http.createServer(), async to => {
      const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
      const ask = async () => {
        const response = await answered(http.request({ agent, port: to, host: '0.0.0.0', path: '/' }))
        await once(response.resume(), 'end')
      }
      await ask()
      return ask
    }),
  'kept-fetch': () =>
    kept(http.createServer(), async to => {
      const ask = async () => {
        const response = await fetch(`http://0.0.0.0:${to}/`).catch(error => {
          throw error.cause ?? error
        })
        await response.text()
      }
      await ask()
      return ask
    }),
  'kept-http2': () =>
    kept(http2.createServer(), async to => {
      const session = http2.connect(`http://0.0.0.0:${to}`)
      session.on('error', () => {})
      await once(session, 'connect')
      return async () => {
        await once(session.request({ ':path': '/' }), 'response')
      }
    }),
  'kept-dgram': async () => {
    const server = dgram.createSocket('udp4').on('message', () => arrived++)
    await new Promise(resolve => server.bind(0, '0.0.0.0', resolve))
    const socket = dgram.createSocket('udp4')
    await new Promise(resolve => socket.connect(server.address().port, elsewhere(), resolve))
    close()
    await promisify(socket.send.bind(socket))('after')
    await new Promise(resolve => setTimeout(resolve, 20))
  },
  'kept-answer': async () => {
    // The other side opened it: answering is no way out.
    const server = net.createServer(socket => {
      close()
      socket.write('answer')
    })
    await new Promise(resolve => server.listen(0, '0.0.0.0', resolve))
    const socket = net.connect(server.address().port, elsewhere())
    await once(socket, 'data')
    arrived++
  },
  'dns-lookup': () => promisify(dns.lookup)('127.1'),
  'dns-lookup-promises': () => dns.promises.lookup('127.1'),
  spawn: async () => once(spawn(process.execPath, ['-e', '']), 'exit'),
  'exec-file': () => promisify(execFile)(process.execPath, ['-e', '']),
  fork: async () => once(fork(new URL('./nothing.mjs', import.meta.url)), 'exit'),
  'spawn-sync': async () => {
    const { error } = spawnSync(process.execPath, ['-e', ''])
    if (error) throw error
  },
  'exec-sync': async () => void execSync('true'),
  worker: () => inWorker(connectCode),
  'worker-in-worker': () =>
    inWorker(`
      const { Worker, parentPort } = require('node:worker_threads')
      const worker = new Worker(${JSON.stringify(connectCode)}, { eval: true })
      worker.on('message', message => parentPort.postMessage(message))`),
  'worker-file': () =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL('./connecting-worker.mjs', import.meta.url), { workerData: { port } })
      worker.on('message', message =>
        message === 'ok' ? resolve() : reject(Object.assign(new Error(message), { code: message })),
      )
    }),
}

const outcome = await Promise.resolve()
  .then(() => ways[way]())
  .then(() => 'went through')
  .catch(error => error.code ?? error.message)
// What a worker tells comes over a channel of its own, which may be later than its answer here.
for (let waited = 0; guard && guard.refusals() === 0 && way.startsWith('worker') && waited < 5000; waited += 10)
  await new Promise(resolve => setTimeout(resolve, 10))
console.log(
  JSON.stringify({
    outcome,
    refused: guard?.refused() ?? [],
    refusals: guard?.refusals() ?? 0,
    arrived,
    ways: Object.keys(ways),
  }),
)
process.exit(0)
