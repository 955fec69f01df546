import { connect } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'

const socket = connect(workerData.port, '0.0.0.0')
socket.on('connect', () => (socket.destroy(), parentPort.postMessage('ok')))
socket.on('error', error => parentPort.postMessage(error.code))
