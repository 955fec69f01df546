/** Writes protobuf fields in the order they are given: the same calls give the same bytes. */
export interface ProtobufWriter {
  /** A number as a varint (wire 0); negative ones as 64-bit two's complement. */
  varint(field: number, value: number | bigint): ProtobufWriter
  /** A 32-bit float (wire 5). */
  float(field: number, value: number): ProtobufWriter
  /** UTF-8 text (wire 2). */
  text(field: number, value: string): ProtobufWriter
  /** Bytes or an embedded message (wire 2). */
  bytes(field: number, value: Uint8Array): ProtobufWriter
  /** An embedded message, written by `body` (wire 2). */
  message(field: number, body: (writer: ProtobufWriter) => void): ProtobufWriter
  finish(): Uint8Array
}

/** @see protobuf.dev/programming-guides/encoding */
export function protobuf(): ProtobufWriter {
  const chunks: Uint8Array[] = []
  let size = 0
  const push = (chunk: Uint8Array): void => {
    chunks.push(chunk)
    size += chunk.length
  }
  const tag = (field: number, wire: number): void => push(varintBytes((field << 3) | wire))
  const bytes = (field: number, value: Uint8Array): void => {
    tag(field, 2)
    push(varintBytes(value.length))
    push(value)
  }
  const writer: ProtobufWriter = {
    varint(field, value) {
      tag(field, 0)
      push(varintBytes(value))
      return writer
    },
    float(field, value) {
      tag(field, 5)
      const four = new Uint8Array(4)
      new DataView(four.buffer).setFloat32(0, value, true)
      push(four)
      return writer
    },
    text(field, value) {
      bytes(field, new TextEncoder().encode(value))
      return writer
    },
    bytes(field, value) {
      bytes(field, value)
      return writer
    },
    message(field, body) {
      const inner = protobuf()
      body(inner)
      bytes(field, inner.finish())
      return writer
    },
    finish() {
      const all = new Uint8Array(size)
      let at = 0
      for (const chunk of chunks) {
        all.set(chunk, at)
        at += chunk.length
      }
      return all
    },
  }
  return writer
}

function varintBytes(value: number | bigint): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value))
  const bytes: number[] = []
  do {
    const low = Number(rest & 0x7fn)
    rest >>= 7n
    bytes.push(rest > 0n ? low | 0x80 : low)
  } while (rest > 0n)
  return Uint8Array.from(bytes)
}
