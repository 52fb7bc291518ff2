// A probability as people say it. In: an exact fraction as text. Out: `1/3`, `≈ 1/3`, `12.5 %`.

/** A small fraction within 1e-4 of the exact one, and whether it is the exact one; null where none is near. */
export function nearFraction(share: { readonly fraction: string; readonly decimal: number }): { text: string; exact: boolean } | null {
  for (let over = 1; over <= 24; over++) {
    const of = Math.round(share.decimal * over)
    if (Math.abs(of / over - share.decimal) > 1e-4) continue
    const text = over === 1 ? String(of) : `${of}/${over}`
    if (of === 0 && share.fraction !== '0') continue
    return { text, exact: text === share.fraction }
  }
  return null
}

/** `33.333 %`; never `0 %` for something that can happen. `digits`: decimals, 1 … 3. */
export function percentText(decimal: number, digits = 3): string {
  const text = (decimal * 100).toFixed(digits).replace(/\.?0+$/, '')
  return text === '0' && decimal > 0 ? `< ${10 ** -digits} %` : `${text} %`
}

/** What stands on an outcome: `1/3`, `≈ 1/3`, `1.7 %`. */
export function shareText(share: { readonly fraction: string; readonly decimal: number }): string {
  const near = nearFraction(share)
  if (near) return near.exact ? near.text : `≈ ${near.text}`
  return percentText(share.decimal)
}
