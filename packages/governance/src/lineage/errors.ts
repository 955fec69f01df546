import { AttestryError, type Digest, type ErrorCatalogue } from '@attestry/core'

/** Codes of the lineage graph. */
export const lineageErrors: ErrorCatalogue = {
  'GOV-E301': {
    title: 'no node of the lineage names that digest',
    explanation:
      'A digest was asked for that no recorded transformation took in or made. An answer of "nothing" would read like "it comes from nowhere and went nowhere", which is another thing. The digest may belong to another run, or be that of a file that changed since. Ask with a digest that the list of the lineage shows; a beginning of at least six hex digits is enough.',
    example: 'attestry lineage 01JD8T sha256:3f9a21 fails when no shard, model or report of that run begins with it.',
  },
  'GOV-E302': {
    title: 'the lineage goes in a circle',
    explanation:
      'Content cannot come from what was made out of it, so a circle means that a record is wrong: a digest was copied, or two runs were mixed. Everything derived from such a graph, an erasure above all, could miss a copy or never end. The message names the circle. Remove or mend the wrong record, and build the graph again.',
    example: 'A node that makes b from a and another that makes a from b fail together; each alone is fine.',
  },
  'GOV-E304': {
    title: 'more than one digest of the lineage begins like that',
    explanation:
      'A digest may be shortened to its first digits as long as only one digest of the graph begins with them. Here several do, and picking one of them could answer for the wrong content. Fewer than six digits are always refused, because they would stop being unique when the next run is added. Write more digits.',
    example: "graph.find('sha256:3f') fails; graph.find('sha256:3f9a21') finds one.",
  },
}

const short = (digest: string): string => digest.slice(0, 19)

/** GOV-E301. */
export const digestUnknown = (asked: string): AttestryError =>
  new AttestryError({
    code: 'GOV-E301',
    message: `no node of the lineage names '${asked.slice(0, 80)}'`,
    help: 'list what there is: attestry lineage <run>',
  })

/** GOV-E302. */
export const lineageCycle = (circle: readonly Digest[]): AttestryError =>
  new AttestryError({
    code: 'GOV-E302',
    message: `the lineage goes in a circle: ${circle.map(short).join(' -> ')}`,
    notes: circle,
    help: 'mend the record that names the wrong digest',
  })

/** GOV-E304. */
export const digestAmbiguous = (asked: string, found: readonly Digest[]): AttestryError =>
  new AttestryError({
    code: 'GOV-E304',
    message: `${found.length} digests of the lineage begin with '${asked.slice(0, 80)}'`,
    notes: found.slice(0, 5),
    help: 'write at least six hex digits, and as many as it takes',
  })
