// A decoded object before it is typed: the field tables have checked its shape, so fields may be reached by name.

// biome-ignore lint/suspicious/noExplicitAny: the shape is checked at run time by the field tables, which no TypeScript type repeats.
export type Loose = Record<string, any>
