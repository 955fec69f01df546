import { parquetHeader } from 'hyparquet/src/column.js'

/** What the pages of one column chunk claim to hold. */
export interface PageTotals {
  /** In data pages. */
  readonly values: number
  readonly dictionaryValues: number
  readonly uncompressedBytes: number
}

/**
 * Adds up what the page headers of a column chunk claim, without decoding a value.
 *
 * A page of a few bytes may claim two thousand million values or gigabytes of content, and a decoder allocates what is
 * claimed. So the claims are looked at before anything is decoded.
 *
 * @throws when a header cannot be read or a page goes past the chunk's end
 */
export function addUpPages(chunk: ArrayBuffer): PageTotals {
  const reader = { view: new DataView(chunk), offset: 0 }
  let values = 0
  let dictionaryValues = 0
  let uncompressedBytes = 0
  // The decoder stops one byte before the end too: some writers pad chunks.
  while (reader.offset < chunk.byteLength - 1) {
    const header = parquetHeader(reader)
    const { compressed_page_size: compressed, uncompressed_page_size: uncompressed } = header
    const claimed =
      header.data_page_header?.num_values ??
      header.data_page_header_v2?.num_values ??
      header.dictionary_page_header?.num_values
    for (const size of [compressed, uncompressed, claimed])
      if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
        throw new Error('page header without sizes')
    if (compressed > chunk.byteLength - reader.offset) throw new Error('page past the end of its column')
    reader.offset += compressed
    uncompressedBytes += uncompressed
    if (header.type === 'DICTIONARY_PAGE') dictionaryValues += claimed!
    else values += claimed!
  }
  return { values, dictionaryValues, uncompressedBytes }
}
