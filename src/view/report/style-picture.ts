// How pictures and hop tables look. Colours of chips tell kinds apart; their words do so too.

export const STYLE_PICTURE = `
:root{--node:light-dark(#f3f5f8,#20262e);--pod:light-dark(#fff,#171b20);--edge:light-dark(#b9c1cb,#475160);
--dnat:light-dark(#dcebfa,#16395c);--snat:light-dark(#ece2f8,#3d2a59);--tun:light-dark(#d9efec,#12433f);
--s0:light-dark(#cfe2f6,#1d4368);--s1:light-dark(#f6e2b3,#5a4411);--s2:light-dark(#d3ead9,#1d4b33);--s3:light-dark(#e6daf4,#453064)}
.panel{container-type:inline-size}
.picture{overflow-x:auto;margin:.3rem 0 .4rem;padding:.2rem 0}
svg.hops{display:block;font:12px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}svg.hops text{fill:var(--text)}
svg.wide{max-width:100%;height:auto}svg.big{min-width:860px}svg.tall{display:none;max-width:100%;height:auto;margin:0 auto}
@container (max-width:640px){svg.wide{display:none}svg.tall{display:block}}
.box{fill:var(--node);stroke:var(--edge);stroke-width:1.3}.box.pod{fill:var(--pod)}.box.client{fill:var(--pod);stroke-dasharray:5 3}.box.namespace{fill:var(--pod)}.box.mark{stroke:var(--bad);stroke-width:2.5}
svg .name{font-weight:650}svg .name .kind{font-size:11px;font-weight:400;fill:var(--quiet)}
.rail{fill:none;stroke:var(--text);stroke-width:2}.rail.tunnel{stroke:var(--good);stroke-width:1.8}.arrow{fill:var(--text)}
.stop{fill:var(--card);stroke:var(--text);stroke-width:2}
svg .device{text-anchor:middle}svg .left{text-anchor:start!important}
.chip text{text-anchor:middle;font-size:11.5px}.chip rect{fill:var(--card);stroke:var(--edge)}
.chip.rules rect,.chip.route rect{fill:none;stroke:none}svg .chip.rules text,svg .chip.route text{fill:var(--quiet)}
.chip.dnat rect{fill:var(--dnat)}.chip.snat rect{fill:var(--snat)}.chip.encapsulate rect,.chip.decapsulate rect{fill:var(--tun)}
.chip.arrived rect{stroke:var(--good);stroke-width:1.5}.chip.lost rect,.chip.policy rect{stroke:var(--bad);stroke-width:2;fill:var(--badbg)}
svg .chip.arrived text{fill:var(--good);font-weight:650}svg .chip.lost text,svg .chip.policy text{fill:var(--bad);font-weight:650}
svg .field{font-size:11.5px;fill:var(--quiet)}.timeline .lane{stroke:var(--line);stroke-width:1.5;stroke-dasharray:2 4}.timeline .pause{stroke:var(--line);stroke-dasharray:6 5}svg .quiet{fill:var(--quiet)!important}
.timeline .card{fill:var(--pod);stroke:var(--edge)}.timeline .cause{fill:none;stroke-width:1.8}
.timeline .l0{--c:light-dark(#0b5cad,#7cbcff)}.timeline .l1{--c:light-dark(#8f5400,#f0b65c)}.timeline .l2{--c:light-dark(#08684c,#53d3a7)}.timeline .l3{--c:light-dark(#6b3fa0,#c5a3ff)}.timeline .l4{--c:light-dark(#a3195b,#ff8fc0)}.timeline .l5{--c:light-dark(#4b5563,#b8c0cc)}
.timeline .cause{stroke:var(--c)}.timeline .tip,.timeline .stripe{fill:var(--c)}
.timeline .created,.timeline .changed,.timeline .deleted,.timeline .said{font-family:var(--mono);font-weight:700}.legend span{margin-right:.8em;white-space:nowrap}
.band rect{fill:var(--code)}.band text{font:11px var(--mono)}
.band.changed rect{fill:var(--mark)}.band.tunnel rect{fill:var(--tun)}.band.changed text{font-weight:700}
svg .header{font:11px var(--mono);fill:var(--quiet)}svg .header.changed{fill:var(--text);font-weight:700}
.bar{display:block;border-radius:6px;margin-bottom:.4rem}.share text{font-size:13px;fill:var(--text)}.share path{stroke:var(--card);stroke-width:4}
.s0 rect{fill:var(--s0)}.s1 rect{fill:var(--s1)}.s2 rect{fill:var(--s2)}.s3 rect{fill:var(--s3)}.share.lost rect{fill:var(--badbg);stroke:var(--bad);stroke-width:2}
.outcomes{list-style:none;margin-bottom:.6rem}.outcomes li{padding:.12rem 0}.outcomes button{max-width:100%;text-align:left}
.swatch{display:inline-block;width:.75em;height:.75em;border-radius:2px;margin-right:.15em;border:1px solid var(--edge)}
span.s0{background:var(--s0)}span.s1{background:var(--s1)}span.s2{background:var(--s2)}span.s3{background:var(--s3)}span.lost{background:var(--badbg);border-color:var(--bad)}
.chain{list-style:none;display:flex;flex-wrap:wrap;gap:.4rem;margin:.2rem 0 .9rem}.chain li{border:1px solid var(--line);border-radius:8px;padding:.2rem .7rem;background:var(--node);max-width:100%;position:relative}.chain li+li{margin-left:1.3rem}.chain li+li::before{content:"→";position:absolute;left:-1.35rem;top:50%;transform:translateY(-50%);color:var(--quiet)}.chain .kind{display:block;font-size:.78rem;line-height:1.3}
.questions td{white-space:nowrap!important}.questions td.because{white-space:normal!important;min-width:14rem}
.stage{font-weight:650;margin:.7rem 0 .2rem;padding-top:.5rem;border-top:1px solid var(--line)}
.direction button{border-radius:0;margin-left:-1px}.direction button:first-child{border-radius:6px 0 0 6px;margin:0}.direction button:last-child{border-radius:0 6px 6px 0}
.verdict{display:grid;grid-template-columns:max-content 1fr;gap:.1rem .9rem;max-width:60rem;margin:.3rem 0 .6rem}.verdict dt{color:var(--quiet)}
.table{margin:.25rem 0}.hoptable{width:100%;margin-top:.4rem}.hoptable th[scope=rowgroup]{font-weight:650;min-width:10.5rem;max-width:14rem;border-top:2px solid var(--edge)}.hoptable tr.first td{border-top:2px solid var(--edge)}
.hoptable code{display:block;max-width:50rem}.hoptable td.what{width:13.5rem}.hoptable td.packet{width:20rem}.hoptable tr.drop td,.hoptable tr.reject td{background:var(--badbg)}
mark{background:var(--mark);color:inherit;padding:0 .15em;border-radius:2px}del{color:var(--quiet)}.because{font-size:.82rem;color:var(--quiet)}.place{font-family:var(--mono);color:var(--accent)}
b.nat{color:var(--accent)}b.tunnel{color:var(--good)}
@media(max-width:700px){.verdict{grid-template-columns:1fr}}
@container (max-width:760px){.hoptable,.hoptable tbody,.hoptable tr,.hoptable th,.hoptable td{display:block;width:auto!important;max-width:none!important}.hoptable thead{display:none}.hoptable td,.hoptable tr.first td{border:0;padding:.05rem 0}.hoptable tr{border-top:1px solid var(--line);padding:.3rem 0}.hoptable td:empty{display:none}.hoptable th[scope=rowgroup]{border:0;font-size:1rem;padding:.5rem 0 .2rem}}
@media print{svg.big{min-width:0}}
`
