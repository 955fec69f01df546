import type { IdentifierType } from '../identifier-types.js'

/**
 * The style sheet of a preview. The types of the page share the wheel of colours; text on them has a contrast of at least 4.5
 * to 1, in light and in dark.
 */
export const previewStyle = (types: readonly IdentifierType[]): string => `
:root{color-scheme:light dark;--ground:#f6f7f8;--paper:#fff;--ink:#1a1f24;--quiet:#57606a;--line:#d5dbe1;--accent:#0b5cad;--strength:70%;--mark:88%;--edge:58%}
@media (prefers-color-scheme:dark){:root{--ground:#12161a;--paper:#1a1f25;--ink:#e7ebef;--quiet:#a3adb7;--line:#363e47;--accent:#86bdf3;--strength:40%;--mark:26%;--edge:58%}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",Arial,sans-serif;overflow-wrap:anywhere}
.page{max-width:1120px;margin:0 auto;padding:32px 24px 64px}
h1{font-size:26px;line-height:1.2;margin:0 0 6px;font-weight:650}
h2{font-size:18px;line-height:1.3;margin:0 0 12px;font-weight:650}
p{margin:0 0 10px;max-width:78ch}
.quiet{color:var(--quiet)}
section{background:var(--paper);border:1px solid var(--line);border-radius:10px;padding:22px 26px;margin:20px 0 0}
section>:last-child{margin-bottom:0}
.legend+p{margin-top:12px}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:8px 16px;margin:0;padding:0}
.legend mark{margin-right:6px}
.text{white-space:pre-wrap;font:14.5px/1.9 ui-monospace,"SF Mono","DejaVu Sans Mono",Consolas,monospace;margin:0}
mark{color:var(--ink);background:hsl(var(--angle) var(--strength) var(--mark));border-bottom:2px solid hsl(var(--angle) 65% var(--edge));border-radius:3px;padding:1px 4px;-webkit-box-decoration-break:clone;box-decoration-break:clone}
mark:target{outline:2px solid var(--accent)}
mark del{color:var(--ink);text-decoration-thickness:1px;}
mark ins{text-decoration:none;font-weight:600}
mark.kept{background:none;border-bottom-style:dashed}
.legend mark,td mark{white-space:nowrap}
.scroll{overflow-x:auto}
tbody th{font-weight:650;padding-top:14px}
table{border-collapse:collapse;font-size:14px;line-height:1.45;width:100%}
th,td{padding:7px 14px 7px 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line);font-weight:400}
th:last-child,td:last-child{padding-right:0}
thead th{color:var(--quiet);font-size:13px;border-bottom-width:2px}
code{font:.9em/1.4 ui-monospace,"SF Mono","DejaVu Sans Mono",Consolas,monospace}
.place{white-space:nowrap;font-variant-numeric:tabular-nums}
a{color:var(--accent)}a:focus-visible,.scroll:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
footer{color:var(--quiet);font-size:14px;margin-top:20px}
@media (max-width:640px){.page{padding:18px 10px 40px}section{padding:16px 14px}.text{font-size:13.5px}
thead{position:absolute;left:-9999px}tr{display:block;border-bottom:1px solid var(--line);padding:8px 0}td,tbody th{display:block;border:0;padding:1px 0}}
@media print{body{background:none}section{break-inside:auto;border:0;padding:0}mark{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
${types.map((type, i) => `.t-${type}{--angle:${Math.round((i * 360) / types.length)}}`).join('\n')}
`
