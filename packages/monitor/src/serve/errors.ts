import { AttestryError, type ErrorCatalogue } from '@attestry/core'

/** Codes of the server. */
export const serveErrors: ErrorCatalogue = {
  'MONITOR-E341': {
    title: 'the prediction server cannot be opened like that',
    explanation:
      'Whoever reaches the server can add predictions and read counts. Beyond this machine it therefore asks for a bearer token of at least 32 characters, which it takes from an environment variable that is named in the options. The variable is not named, not set, or too short. Set it, or listen on 127.0.0.1.',
    example:
      "openPredictionServer({ recorder, host: '0.0.0.0' }) fails; add tokenVariable: 'MONITOR_TOKEN' and set it.",
  },
  'MONITOR-E342': {
    title: 'a request has no valid token',
    explanation:
      'The server was opened with a token, and the request has none in its Authorization header, or another one. Nothing of the request was read. Send the token as "Authorization: Bearer" and its text.',
    example:
      'curl http://127.0.0.1:9464/metrics fails when a token is set; add -H "Authorization: Bearer $MONITOR_TOKEN".',
  },
  'MONITOR-E343': {
    title: 'the server has no such page or method',
    explanation:
      'The server answers POST /predictions, GET /metrics and GET /healthz. The request asked for something else. The status is 404 for an unknown path and 405 for a known path with another method. Correct the path or the method.',
    example: 'GET /predictions fails with 405, because predictions are written and never read back.',
  },
  'MONITOR-E344': {
    title: 'predictions came in an unknown form',
    explanation:
      'Predictions are sent as application/json (one prediction, or an array of them) or as application/x-ndjson (one a line), without compression. The content type of the request is another, or its content is compressed. That also keeps web pages of other origins from writing. Set the content type.',
    example: 'curl -d sends a form unless -H "Content-Type: application/json" is added, and fails.',
  },
  'MONITOR-E345': {
    title: 'a request is too large',
    explanation:
      'A request may hold 1 MiB and 10,000 predictions unless the server was opened with other limits. This one holds more. None of its predictions was recorded. Send it in parts.',
    example: 'a file of a million predictions in one request fails; record files from the command line.',
  },
  'MONITOR-E346': {
    title: 'predictions cannot be read',
    explanation:
      'The body is not JSON, or a line of it is not. None of its predictions was recorded, so that it can be sent again once mended. The message names the line, and never its content.',
    example: "the body {'score': 0.4} fails, because JSON has double quotes.",
  },
  'MONITOR-E347': {
    title: 'a request names a foreign host',
    explanation:
      'A server without a token listens on this machine alone, and answers only requests whose Host header says so. A page on the web can make its own name point at 127.0.0.1 and would reach the server otherwise. Use http://127.0.0.1 or http://localhost, or open the server with a token.',
    example: 'http://my-laptop.example:9464/metrics fails although that name leads to 127.0.0.1.',
  },
  'MONITOR-E348': {
    title: 'the server is closing',
    explanation:
      'The server was told to close and takes no new predictions. Those of requests under way are still recorded. Send the request again to the process that takes over.',
    example: 'a request on a kept-alive connection fails with 503 after the process has got SIGTERM.',
  },
  'MONITOR-E349': {
    title: 'the prediction server cannot listen',
    explanation:
      'The operating system did not give the address and port to the server, for the reason named in the message. Usually another process has the port. Stop it, or choose another port; 0 takes any free one.',
    example: 'opening two servers on port 9464 fails with EADDRINUSE.',
  },
}

/** MONITOR-E341. */
export const serverRefused = (problem: string): AttestryError =>
  new AttestryError({
    code: 'MONITOR-E341',
    message: `the prediction server cannot be opened: ${problem}`,
    help: 'name an environment variable with a token of at least 32 characters, or listen on 127.0.0.1',
  })

/** MONITOR-E342. */
export const tokenMissing = (): AttestryError =>
  new AttestryError({
    code: 'MONITOR-E342',
    message: 'the request has no valid token',
    help: 'send Authorization: Bearer and the token',
  })

/** MONITOR-E343. */
export const noSuchPage = (isKnownPath: boolean): AttestryError =>
  new AttestryError({
    code: 'MONITOR-E343',
    message: isKnownPath ? 'this path has another method' : 'there is no such path',
    help: 'use POST /predictions, GET /metrics or GET /healthz',
  })

/** MONITOR-E344. */
export const formUnknown = (): AttestryError =>
  new AttestryError({
    code: 'MONITOR-E344',
    message: 'predictions are sent as application/json or application/x-ndjson, uncompressed',
    help: 'set the header Content-Type: application/json',
  })

/** MONITOR-E345. */
export const requestTooLarge = (what: string, most: number): AttestryError =>
  new AttestryError({
    code: 'MONITOR-E345',
    message: `the request has more than ${most} ${what}`,
    help: 'send it in parts',
  })

/** MONITOR-E346. */
export const bodyUnreadable = (where: string): AttestryError =>
  new AttestryError({ code: 'MONITOR-E346', message: `${where} is not JSON`, help: 'send valid JSON' })

/** MONITOR-E347. */
export const hostForeign = (): AttestryError =>
  new AttestryError({
    code: 'MONITOR-E347',
    message: 'the Host header does not name this machine',
    help: 'use http://127.0.0.1, or open the server with a token',
  })

/** MONITOR-E348. */
export const serverClosing = (): AttestryError =>
  new AttestryError({
    code: 'MONITOR-E348',
    message: 'the server is closing',
    help: 'send the request again to the process that takes over',
  })

/** MONITOR-E349. */
export const cannotListen = (host: string, port: number, cause: NodeJS.ErrnoException): AttestryError =>
  new AttestryError({
    code: 'MONITOR-E349',
    message: `the prediction server cannot listen on ${host} port ${port}: ${cause.code ?? 'unknown failure'}`,
    help: 'choose another port, or 0 for any free one',
    cause,
  })
