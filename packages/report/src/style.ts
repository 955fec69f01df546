/**
 * The style sheet of the report. Inline, because the page asks for nothing; colours as variables, because plots use them
 * too; every text colour has a contrast of at least 4.5 to 1 on its ground, in light and in dark.
 */
export const styleSheet = `
:root{color-scheme:light dark;--ground:#f6f7f8;--paper:#fff;--ink:#1a1f24;--quiet:#57606a;--line:#d5dbe1;--track:#e9edf0;
--accent:#0b5cad;--good:#1a6b3a;--warn:#855300;--bad:#b3261e;
--old:#6a48a0;--bar:#5b8fc7;--loss:#d08a3e}
@media (prefers-color-scheme:dark){:root{--ground:#12161a;--paper:#1a1f25;--ink:#e7ebef;--quiet:#a3adb7;--line:#363e47;
--track:#2a3139;--accent:#86bdf3;--good:#74d29a;--warn:#e6b659;--bad:#ff958b;
--old:#c3adf0;--bar:#5b93cf;--loss:#d49a52}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",Arial,sans-serif;
overflow-wrap:anywhere}
a{color:var(--accent)}
a:focus-visible,.scroll:focus-visible,pre:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.skip{position:absolute;left:-999px}.skip:focus{left:16px;top:8px;background:var(--paper);padding:8px 12px;z-index:1}
.page{max-width:1120px;margin:0 auto;padding:32px 24px 64px}
header h1{font-size:28px;line-height:1.2;margin:0 0 6px;letter-spacing:-.01em;font-weight:650}
header .meta{color:var(--quiet);margin:0;max-width:none}
time,.date{white-space:nowrap}
nav{margin:20px 0 0;font-size:14px}
nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:4px 18px;padding:0;margin:0}
section{background:var(--paper);border:1px solid var(--line);border-radius:10px;padding:24px 28px 28px;margin:20px 0 0}
section>:last-child{margin-bottom:0}
h2{font-size:20px;line-height:1.3;margin:0 0 12px;font-weight:650}
h3{font-size:16px;margin:28px 0 8px;font-weight:650}
h4{font-size:15px;margin:12px 0 6px;font-weight:600}
p{margin:0 0 10px;max-width:78ch}
section>ul{max-width:78ch}
ul{padding-left:1.25em;margin:0 0 10px}
code{font:.86em/1.4 ui-monospace,"SF Mono","DejaVu Sans Mono",Consolas,monospace}
pre{background:var(--track);border-radius:6px;padding:12px 14px;overflow-x:auto;margin:0 0 12px}
.quiet,.paraphrase,.note,figcaption .tick{color:var(--quiet)}
.note{font-size:14px}
.none,.none-inline{color:var(--quiet)}
.none strong{color:var(--ink)}
.verdict{border-left-width:8px;padding-left:22px}
.verdict h2{font-size:26px;margin-bottom:6px}
.verdict h3{margin-top:16px;font-size:15px}
.verdict ul{max-width:82ch}
.verdict li{margin-bottom:6px}
.verdict .help{color:var(--quiet)}
.evidence-line{margin:14px 0 0;padding-top:12px;border-top:1px solid var(--line);max-width:none}
.verdict.permitted{border-left-color:var(--good)}.verdict.permitted h2{color:var(--good)}
.verdict.denied,.verdict.failed{border-left-color:var(--bad)}.verdict.denied h2,.verdict.failed h2{color:var(--bad)}
.verdict.waiting,.verdict.running,.verdict.none{border-left-color:var(--warn)}
.verdict.waiting h2,.verdict.running h2,.verdict.none h2{color:var(--warn)}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(165px,1fr));gap:20px 24px;margin:0}
.tile dt{font-size:14px;color:var(--quiet)}
.tile dd{margin:0}
.tile .value{font-size:26px;line-height:1.25;font-weight:600;font-variant-numeric:tabular-nums;margin:2px 0 4px}
.tile .value.none{font-size:20px;font-weight:500;padding:4px 0}
.tile .of{font-size:16px;font-weight:400;color:var(--quiet)}
.tile .rest{font-size:14px;color:var(--quiet);line-height:1.45}
.tables{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,420px),1fr));gap:0 36px;margin-bottom:10px}
.tables>*{min-width:0}
.tables .scroll table{width:100%;min-width:0}
.scroll{overflow-x:auto;margin:16px 0 12px}
table{border-collapse:collapse;font-size:14px;line-height:1.45;font-variant-numeric:tabular-nums}
caption{text-align:left;font-weight:600;padding:0 0 6px;color:var(--ink)}
th,td{padding:7px 14px 7px 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line);font-weight:400}
th:last-child,td:last-child{padding-right:0}
thead th{color:var(--quiet);font-size:13px;border-bottom-width:2px;vertical-align:bottom}
.number{text-align:right;white-space:nowrap}
table .number .quiet{font-size:13px}
.scroll th,.scroll td{padding-right:11px}.scroll th:last-child,.scroll td:last-child{padding-right:0}
.scroll table{overflow-wrap:normal;min-width:min(100%,540px)}
.scroll th[scope=row].text{min-width:130px;max-width:320px;overflow-wrap:anywhere}
.scroll td.text,.scroll th.text{min-width:90px}
thead th.number{white-space:normal}
.scroll code{overflow-wrap:break-word}.scroll code.long{overflow-wrap:anywhere}
.nodes code.long{font-size:11.4px}
.list-title{font-size:14px;font-weight:600;margin:14px 0 4px}
.sources{font-size:14px;color:var(--quiet);margin:0 0 10px;padding-left:1.6em;max-width:90ch}
.stack{margin:16px 0 12px;width:100%;table-layout:fixed}
.stack td .name{display:none}
.controls thead th:nth-child(1){width:36%}.controls thead th:nth-child(2){width:17%}.controls thead th:nth-child(3){width:12%}
.nodes thead th:nth-child(1){width:17%}.nodes thead th:nth-child(2){width:16%}.nodes thead th:nth-child(3){width:13%}
.statements thead th:nth-child(1){width:32%}.statements thead th:nth-child(2){width:15%}
.statements thead th:nth-child(3){width:11%}.statements thead th:nth-child(4){width:22%}
.control-id{font-weight:600}
.paraphrase{display:block;margin:2px 0}
ul.plain{list-style:none;padding:0;margin:0}
ul.plain li+li{margin-top:3px}
.state{font-weight:600;white-space:nowrap}
.state.present{color:var(--good)}.state.missing{color:var(--warn)}.state.stale{color:var(--old)}.state.failed{color:var(--bad)}
.lines thead th:nth-child(1){width:38%}.lines thead th:nth-child(2){width:12%}.lines thead th:nth-child(3){width:25%}
.processing thead th:nth-child(1){width:30%}.processing thead th:nth-child(2){width:40%}
details{margin:14px 0 0;border-top:1px solid var(--line);padding-top:10px}
summary{cursor:pointer;font-weight:600;font-size:15px}
summary h3{display:inline;margin:0}
summary .quiet{font-weight:400;font-size:14px}
summary:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
details[open]>summary{margin-bottom:10px}
details+p,details+.scroll{margin-top:14px}
.plot+details,.plots+details{margin-top:8px}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,236px),1fr));gap:14px 18px;margin:14px 0}
.card{border:1px solid var(--line);border-radius:8px;padding:14px 16px;min-width:0}
.card h3{margin:0 0 8px}
.card p{margin-bottom:8px;font-size:14px}
.checklist li+li{margin-top:9px}
.line{display:grid;grid-template-columns:18px 1fr;gap:6px;line-height:1.4;font-size:15px}
.line .quiet{font-size:13px}
.line .title{display:block}.line .title+.state{font-size:13px}
.facts{margin:0 0 8px;font-size:14px}
.facts div{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 12px;border-bottom:1px solid var(--line);padding:3px 0}
.facts dt{color:var(--quiet)}.facts dd{margin:0;text-align:right;margin-left:auto;font-variant-numeric:tabular-nums}
.cards.people{grid-template-columns:repeat(auto-fit,minmax(min(100%,180px),1fr));gap:12px}.people .card{padding:12px 14px}
.legend{font-size:13px;margin:4px 0 0}.key{margin-right:16px;white-space:nowrap}
.swatch{display:inline-block;width:26px;border-top:2px solid var(--accent);vertical-align:middle}
.swatch-2{border-top:2px dashed var(--quiet)}.swatch-3{border-top:2px dotted var(--old)}
.key-present{color:var(--good)}.key-failed{color:var(--bad)}.key-stale{color:var(--old)}.key-missing{color:var(--warn)}
.unverified,.warning{color:var(--warn)}.critical{color:var(--bad)}
.stopped,.conflict{border-left:4px solid var(--warn);padding:2px 0 2px 14px;margin:0 0 12px}
.conflict h4{margin-top:0}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,400px),1fr));gap:20px 32px;margin:16px 0 12px}
.plots>.plot:only-child{max-width:540px}
.plot{margin:0;min-width:0}
.plot.states{max-width:600px;margin:12px 0 16px}
.plot.wide{max-width:540px;margin:16px 0 20px}
figcaption{font-size:14px;font-weight:600;margin:0 0 4px}
figcaption span{font-weight:400}
svg{display:block;width:100%;height:auto;font-family:inherit}
svg text{fill:var(--quiet);font-size:12px;font-variant-numeric:tabular-nums}
svg .label{fill:var(--ink);font-size:13px}
svg .strong{font-weight:600}
svg .end{text-anchor:end}svg .middle{text-anchor:middle}
svg .over{paint-order:stroke;stroke:var(--paper);stroke-width:4px}
svg .grid{stroke:var(--line);stroke-width:1}
svg .line{fill:none;stroke:var(--accent);stroke-width:1.6;stroke-linejoin:round}
svg .dot{fill:var(--accent)}
svg .whisker{fill:none;stroke:var(--accent);stroke-width:1.6}
svg .whisker.dark{stroke:var(--ink);stroke-width:1.2}
svg .band{fill:var(--accent);fill-opacity:.14;stroke:none}svg .band-2{fill:var(--quiet);fill-opacity:.12}
svg .line-2{stroke:var(--quiet);stroke-dasharray:6 4}svg .line-3{stroke:var(--old);stroke-dasharray:2 3}
svg .dot-2{fill:var(--quiet)}svg .dot-3{fill:var(--old)}
svg .ring{fill:var(--paper);stroke:var(--accent);stroke-width:1.8}
svg .way{fill:none;stroke:var(--accent);stroke-width:1.6}
svg .heat-cell{fill:var(--loss)}svg .empty{fill:var(--track)}
svg .cell{fill:var(--ink);font-size:13px}
svg .state-present{fill:var(--good)}svg .state-failed{fill:var(--bad)}svg .state-stale{fill:var(--old)}svg .state-missing{fill:var(--track);stroke:var(--warn);stroke-width:1}
svg .on-bar{fill:var(--paper);font-size:12px;font-weight:600}svg .state-missing+.on-bar{fill:var(--warn)}
svg .limit{stroke:var(--bad);stroke-width:1.4;stroke-dasharray:5 4}
svg .limit-name{fill:var(--bad)}
.by-group svg .limit{stroke:var(--quiet)}
.by-group svg .limit-name{fill:var(--quiet)}
svg .track{fill:var(--track)}
svg .bar.total{fill:var(--bar)}svg .bar.loss{fill:var(--loss)}
svg .box{fill:var(--ground);stroke:var(--line);stroke-width:1.2}
svg .box.model{stroke:var(--accent);stroke-width:2}
svg .edge{fill:none;stroke:var(--quiet);stroke-width:1.3}
svg .warning{fill:var(--warn)}svg .critical{fill:var(--bad)}
footer{color:var(--quiet);font-size:14px;margin:24px 4px 0}
@media (max-width:720px){
.page{padding:16px 12px 40px}
section{padding:18px 16px 20px;border-radius:8px;margin-top:14px}
.verdict{padding-left:14px}
header h1{font-size:23px}.verdict h2{font-size:22px}h2{font-size:18px}
.figures{grid-template-columns:1fr;gap:16px}
.stack thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.stack,.stack tbody,.stack tr,.stack th,.stack td,.stack caption{display:block}
.stack th,.stack td{width:auto}
.stack th[scope=row]{width:auto;border-bottom:0;padding:12px 0 4px}
.stack td{display:grid;grid-template-columns:76px 1fr;gap:10px;border-bottom:0;padding:3px 0}
.stack td:last-child{border-bottom:1px solid var(--line);padding-bottom:12px}
.stack td .name{display:block;color:var(--quiet);font-size:13px}
}
@page{margin:16mm 14mm}
@media print{
:root{color-scheme:light;--ground:#fff;--paper:#fff;--ink:#000;--quiet:#444;--line:#bbb;--track:#eee;--accent:#0b5cad;--good:#1a6b3a;
--warn:#855300;--bad:#b3261e;--old:#6a48a0;--bar:#5b8fc7;--loss:#d08a3e}
body{font-size:11pt}
.page{max-width:none;padding:0}
nav,.skip{display:none}
section{border:0;border-top:1px solid var(--line);border-radius:0;padding:12px 0}
.verdict{border-left:8px solid;padding-left:14px}
.scroll{overflow:visible}
.scroll table{font-size:8.5pt;min-width:0}.number{white-space:normal}.scroll th[scope=row].text{min-width:0}
.plots{grid-template-columns:1fr 1fr}
figure,tr,.tile,.conflict{break-inside:avoid}
h2,h3,caption{break-after:avoid}
thead{display:table-header-group}
details::details-content{content-visibility:visible;block-size:auto;display:block}
details{border-top:0}summary{list-style:none}
.cards,.cards.people{grid-template-columns:1fr 1fr}.card{break-inside:avoid}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
`
