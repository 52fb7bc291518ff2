// How the page looks: text, columns, controls, print. Both themes are designed: every colour is given twice, light then dark.
// The set of status colours can be told apart by colour-blind readers; each also has a shape and a word.

export const STYLE_PAGE = `
:root{color-scheme:light dark;
--bg:light-dark(#fafaf8,#14171b);--card:light-dark(#fff,#1b1f25);--text:light-dark(#1c2127,#e6e8eb);--quiet:light-dark(#59626d,#9fa8b3);
--line:light-dark(#dcdfe4,#323943);--accent:light-dark(#0b5cad,#7cbcff);--good:light-dark(#08684c,#53d3a7);--bad:light-dark(#a93a06,#ff9d6b);
--badbg:light-dark(#fff1e9,#37221a);--mark:light-dark(#ffedad,#423600);--code:light-dark(#f2f3f5,#242a32);
--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
:root[data-theme=light]{color-scheme:light}:root[data-theme=dark]{color-scheme:dark}
*{box-sizing:border-box}
html{scroll-padding-top:4.5rem}
body{margin:0;background:var(--bg);color:var(--text);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:break-word}
h1,h2,h3,p,dd,li,summary,button,footer,code{overflow-wrap:anywhere}table code,table li{overflow-wrap:break-word}
a{color:var(--accent)}h1,h2,h3,p,ul,ol,dl,dd{margin:0;padding:0}
code,pre,.packet{font-family:var(--mono);font-size:.86em}
pre{background:var(--code);padding:.7rem .9rem;border-radius:6px;overflow:auto;white-space:pre-wrap}
.kind{color:var(--quiet);font-size:.87em;font-weight:400}.vh{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
:root:not(.scripted) .js{display:none!important}html:not(.scripted) [data-stored]::after{content:"drawn by this page’s script";color:var(--quiet)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:3px}
[hidden]{display:none!important}
body>header{position:sticky;top:0;z-index:3;display:flex;gap:.2rem 1.4rem;align-items:center;padding:.6rem 1.4rem;background:var(--card);border-bottom:1px solid var(--line)}
header .brand{white-space:nowrap;font-weight:700;letter-spacing:-.01em}header h1{font-size:1.05rem;font-weight:650;white-space:nowrap;overflow:hidden;text-overflow:ellipsis;min-width:8rem}header .facts{color:var(--quiet);font-size:.87rem;margin-left:auto;min-width:0;flex-shrink:9;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
header .bar-buttons{display:flex;gap:.4rem}
button{font:inherit;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:6px;padding:.15rem .6rem;cursor:pointer}
button:hover{border-color:var(--accent)}button:disabled{opacity:.6;cursor:default}button[aria-pressed=true]{border-color:var(--accent);box-shadow:inset 0 0 0 1px var(--accent)}
#drawer{display:none}
.page{display:grid;grid-template-columns:17.5rem minmax(0,1fr);align-items:start}
#side{position:sticky;top:3.1rem;max-height:calc(100vh - 3.1rem);overflow:auto;padding:1rem .9rem 2rem 1.4rem;border-right:1px solid var(--line);font-size:.92rem}
#side ul{list-style:none}#side .folder>summary{font-weight:650;margin-top:.6rem}#side .feature{padding-left:.5rem}#side .feature ul{padding-left:1.1rem}
#side a{display:block;color:inherit;text-decoration:none;padding:.08rem .3rem;border-radius:4px;display:-webkit-box;-webkit-line-clamp:2;-webkit-box-orient:vertical;overflow:hidden}
#side a:hover{background:var(--code)}#side a.all{color:var(--quiet)}#side .feature>details>summary{padding:.08rem 0}#side .more{margin-top:1rem;border-top:1px solid var(--line);padding-top:.6rem}
.controls>*{display:block;margin-bottom:.55rem}#q,#tag,#k{width:100%;font:inherit;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:6px;padding:.3rem .55rem}
#count{color:var(--quiet);font-size:.87rem}
main{padding:1.2rem clamp(.8rem,2.4vw,2.2rem) 4rem;min-width:0}
main>section,main section.feature{margin-bottom:2.6rem}
h2{font-size:1.3rem;line-height:1.3;letter-spacing:-.01em;margin-bottom:.3rem}h3{font-size:1.02rem;line-height:1.4}
.background{max-width:60rem;border-left:3px solid var(--line);padding-left:.9rem;margin:.4rem 0 1rem}
.intro{max-width:44rem;color:var(--quiet);margin-bottom:.6rem}
.at{font:.8rem var(--mono);color:var(--quiet);text-decoration:none;margin-left:.4rem;font-weight:400}.at:hover{text-decoration:underline}
i{font-style:normal;font-weight:700;color:var(--good)}i[class]{color:var(--quiet)}.good,.covered{color:var(--good)}i.failed,.bad,.failing{color:var(--bad)}
.good,.bad{font-weight:650}
.scenario,.failure{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:.85rem 1.1rem;margin:.8rem 0}
.scenario{content-visibility:auto;contain-intrinsic-size:auto 20rem}
.failure{border-left:5px solid var(--bad)}
.scenario:target,.failure:target{border-color:var(--accent)}
.gherkin-rule{font-size:1rem;color:var(--quiet);margin:1.2rem 0 0;font-weight:600}
.tags,.example{font-size:.82rem;color:var(--quiet)}.tags span,.example span{display:inline-block;margin-right:.6rem}.example b{color:var(--text);font-family:var(--mono);font-weight:500}
.steps{list-style:none;margin-top:.45rem}.steps>li{padding:.1rem 0 .1rem 1.5rem;text-indent:-1.5rem}.steps>li>*{text-indent:0}.steps>li>i{display:inline-block;min-width:1.2rem;margin-right:.3rem}
.steps u{text-decoration:none;color:var(--quiet)}.promise u{text-decoration:none;color:var(--quiet)}.steps b,.promise b{font-weight:650}
.steps pre,.steps details,.steps .scroll{margin:.35rem 0 .45rem;text-indent:0}
summary{cursor:pointer}summary::marker{color:var(--quiet)}
.probe>summary{padding:.2rem .55rem;border:1px solid var(--line);border-radius:6px;background:var(--bg)}.probe[open]>summary{margin-bottom:.7rem}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:.9rem}caption{text-align:left;color:var(--quiet);font-size:.87rem;padding-bottom:.2rem}
th,td{text-align:left;vertical-align:top;padding:.22rem .8rem .22rem 0;border-top:1px solid var(--line);font-weight:400}thead th,thead td{color:var(--quiet);font-size:.82rem;border-top:0}
table.data td{font-family:var(--mono);font-size:.8rem;white-space:pre-wrap}
.promise{font-size:1.02rem;margin:.3rem 0 .6rem}
.versus{display:grid;grid-template-columns:1fr 1fr;gap:.6rem;max-width:64rem}.versus>div{background:var(--code);border-radius:8px;padding:.45rem .8rem}.versus .got{background:var(--badbg)}
.versus dt{font-size:.8rem;color:var(--quiet)}.got dt{color:var(--bad)}.versus dd{font-weight:600}.versus .long{font-weight:400;font-size:.95rem}.versus .printed{font:.82rem/1.5 var(--mono);white-space:pre-wrap}
.why{margin:.6rem 0 .1rem;max-width:52rem;font-size:1.02rem}.change{margin:.2rem 0 .6rem}.change span{color:var(--quiet);margin-right:.5rem}.change code{background:var(--mark);padding:.12rem .4rem;border-radius:4px;font-size:.9em}
.fork{margin:.3rem 0 .6rem}.fork td,.fork th{overflow-wrap:normal;white-space:nowrap!important}.fork .same,.fork .after{color:var(--quiet)}.fork .wanted td,.fork .wanted th{background:var(--code)}.fork .differs td,.fork .differs th{background:var(--badbg)}.fork tbody th{padding-left:.6rem}.fork .differs th{color:var(--bad)}.fork .lastgood th{color:var(--good)}.fork tbody th{font-weight:650;font-size:.82rem}
.kernel-badge{display:inline-block;font-size:.78rem;font-weight:600;border:1px solid var(--line);border-radius:99px;padding:0 .55rem;margin-left:.3rem;color:var(--quiet);white-space:nowrap}.kernel-badge[data-kernel=agrees]{color:var(--good);border-color:var(--good)}.kernel-badge[data-kernel=differs]{color:var(--bad);border-color:var(--bad);background:var(--badbg)}.kernel-badge[data-kernel=apart]{border-style:dashed}
.kernel-section>p{max-width:52rem}.kernel-counts{list-style:none;display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;margin:.5rem 0}.kernel-section ul{padding-left:0}.kernel-section details ul{padding-left:1.3rem}
.kernel{border:1px solid var(--line);border-left:4px solid var(--good);border-radius:8px;padding:.5rem .8rem;margin:.2rem 0 .8rem}.kernel.differs{border-left-color:var(--bad)}.kernel.apart{border-left-color:var(--quiet);border-style:dashed;border-left-style:solid}
.differences td.differs{background:var(--badbg)}.differences td,.differences tbody th{padding-left:.6rem}.differences tbody th{font-weight:600;max-width:12rem}
.differences .side{display:none}@container (max-width:640px){.differences,.differences tbody,.differences tr,.differences td,.differences th{display:block}.differences thead{display:none}.differences tbody th{max-width:none;padding:.4rem 0 0}.differences td{border:0;padding:.3rem .6rem}.differences .side{display:block;font:600 .8rem system-ui,sans-serif}}
.ways figure{margin:.5rem 0 0;min-width:0}.ways figcaption{font-weight:650}.ways .got{border-top:1px solid var(--line);padding-top:.4rem}.ways .got figcaption{color:var(--bad)}
.message{border-left:3px solid var(--bad)}
.ids{list-style:none;display:flex;flex-wrap:wrap;gap:.1rem 1.2rem;font-family:var(--mono);font-size:.86rem}.ids a{color:inherit;text-decoration:none}.ids a:hover{text-decoration:underline}
.topology{margin:.25rem 0}.machines{display:flex;flex-wrap:wrap;gap:.7rem;margin:.7rem 0}.machine{border:1.5px solid var(--line);border-radius:10px;background:var(--card);padding:.5rem .9rem;min-width:13rem;font-size:.9rem}.machine ul{list-style:none}.machine li{border:1px solid var(--line);border-radius:6px;padding:.1rem .5rem;margin-top:.3rem}.machine.client{border-style:dashed}
dialog{color:inherit;background:var(--card);border:1px solid var(--line);border-radius:10px;padding:1.2rem 1.6rem}dialog::backdrop{background:#0007}dialog dl{display:grid;grid-template-columns:auto 1fr;gap:.3rem 1rem;margin:.6rem 0 1rem}
kbd{font:.85em var(--mono);border:1px solid var(--line);border-bottom-width:2px;border-radius:4px;padding:0 .4rem}
footer{color:var(--quiet);font-size:.84rem;padding-top:1rem;border-top:1px solid var(--line)}
@media(max-width:1000px){header .facts{display:none}header .bar-buttons{margin-left:auto}.page{grid-template-columns:14rem minmax(0,1fr)}#side{padding-left:.9rem}}
@media(max-width:700px){.page{display:block}#side{position:static;max-height:none;border-right:0;border-bottom:1px solid var(--line)}
html.scripted #side{display:none}html.scripted.drawer #side{display:block;position:fixed;inset:0 15% 0 0;z-index:4;background:var(--card);max-height:none;border-right:1px solid var(--line);box-shadow:0 0 40px #0006}
html.scripted #drawer{display:block}body>header{padding:.5rem .8rem;flex-wrap:wrap}header .facts{display:none}header .bar-buttons{margin-left:auto}header h1{font-size:.98rem;order:9;flex-basis:100%;white-space:normal}html{scroll-padding-top:6rem}
.versus{grid-template-columns:1fr}.scenario,.failure{padding:.7rem .8rem}}
@media print{body>header{position:static}#side,.js,button,dialog,.at{display:none!important}.outcomes button{display:inline!important;border:0;padding:0;box-shadow:none!important;font-size:1em}table,.table{font-size:.85em!important}.page{display:block}main{padding:0}
.scenario{content-visibility:visible}.scenario,.failure{break-inside:avoid;border-color:#bbb}.picture{overflow:visible!important}body{background:#fff;font-size:12px}:root,:root[data-theme]{color-scheme:light}.outcomes li{display:block}}
`
