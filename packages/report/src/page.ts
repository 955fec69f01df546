import { createHash } from 'node:crypto'
import { html, textOf, trusted, type Content, type Markup } from './markup.js'
import { styleSheet } from './style.js'

/** A page of its own. */
export interface PageParts {
  readonly title: string
  /** Where the first link leads, for those who read with a keyboard: the id of a part. */
  readonly skip: { readonly to: string; readonly text: string }
  readonly head: Markup
  readonly main: Markup
  readonly foot: Content
}

/** One HTML page with the style of the report: no script, no request, no font. */
export function htmlPage({ title, skip, head, main, foot }: PageParts): string {
  return textOf(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${trusted(styleSheet)}</style>
</head>
<body>
<a class="skip" href="#${skip.to}">${skip.text}</a>
<div class="page">
${head}
<main>
${main}</main>
<footer><p>${foot}</p></footer>
</div>
</body>
</html>
`)
}

/** Styles by their digest, nothing else: what slipped through escaping would still not run. */
const contentPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(styleSheet).digest('base64')}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')
