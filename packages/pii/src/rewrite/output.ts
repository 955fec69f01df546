/** Takes what is written, in order, and hands it on in large pieces. */
export interface Output {
  copy(bytes: Uint8Array, from: number, to: number): void
  text(written: string): void
  /** What was not handed on yet; valid until the next call. */
  take(): Uint8Array
}

/** An output in memory that grows to what is written between two calls of `take`. */
export function memoryOutput(sizeBytes: number): Output {
  let buffer = Buffer.allocUnsafe(sizeBytes)
  let length = 0
  const reserve = (more: number): void => {
    if (length + more <= buffer.length) return
    const larger = Buffer.allocUnsafe(Math.max(buffer.length * 2, length + more))
    buffer.copy(larger, 0, 0, length)
    buffer = larger
  }
  return {
    copy(bytes, from, to) {
      reserve(to - from)
      buffer.set(bytes.subarray(from, to), length)
      length += to - from
    },
    text(written) {
      reserve(written.length * 3)
      // Most of what is written is a few letters of ASCII, which are copied sooner than the encoder is called.
      for (let i = 0; i < written.length; i++) {
        const unit = written.charCodeAt(i)
        if (unit >= 0x80 || i === 32) {
          length += buffer.write(i === 0 ? written : written.slice(i), length)
          return
        }
        buffer[length++] = unit
      }
    },
    take() {
      const taken = buffer.subarray(0, length)
      length = 0
      return taken
    },
  }
}
