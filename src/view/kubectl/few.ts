// A list cut short for a table.

/** At most three, then `+ N more...`. */
export const fewOf = (all: readonly string[], more = ' + '): string =>
  all.length > 3 ? `${all.slice(0, 3).join(',')}${more}${all.length - 3} more...` : all.join(',')
