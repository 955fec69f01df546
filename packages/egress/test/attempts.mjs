// Tries one way out in a process of its own and prints what became of it, as JSON.
// Every target is this machine: 0.0.0.0 and 127.1 lead to loopback, but are no loopback address for the guard.
//   node attempts.mjs <way> <port> [--closed] [--allow=<host>]...
import { execFile, execSync, fork, spawn, spawnSync } from 'node:child_process'
import dgram from 'node:dgram'
import dns from 'node:dns'
import { once } from 'node:events'
import http from 'node:http'
import http2 from 'node:http2'
import https from 'node:https'
import net from 'node:net'
import tls from 'node:tls'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import { egressGuard } from '../dist/index.js'

const [way, portText, ...flags] = process.argv.slice(2)
const port = Number(portText)
const allow = flags.filter(flag => flag.startsWith('--allow=')).map(flag => flag.slice('--allow='.length))
const guard = flags.includes('--closed') ? egressGuard.close(allow) : null

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
    ways: Object.keys(ways),
  }),
)
process.exit(0)
