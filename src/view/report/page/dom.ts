// The part of the browser that the page's script uses, as types: the compiler has no DOM here, so that src/ cannot touch one by accident.

export interface Element {
  innerHTML: string
  textContent: string | null
  readonly id: string
  className: string
  readonly dataset: Record<string, string | undefined>
  hidden: boolean
  open: boolean
  checked: boolean
  value: string
  readonly tagName: string
  readonly isContentEditable: boolean
  readonly parentElement: Element | null
  readonly classList: { toggle(name: string, on?: boolean): boolean; add(name: string): void; contains(name: string): boolean }
  querySelector(selector: string): Element | null
  querySelectorAll(selector: string): Iterable<Element>
  closest(selector: string): Element | null
  matches(selector: string): boolean
  getAttribute(name: string): string | null
  setAttribute(name: string, value: string): void
  addEventListener(type: string, listen: (event: Event) => void, capture?: boolean): void
  focus(options?: { preventScroll?: boolean }): void
  blur(): void
  click(): void
  append(child: Element): void
  scrollIntoView(): void
  getBoundingClientRect(): { readonly top: number; readonly bottom: number }
  getClientRects(): { readonly length: number }
  showModal(): void
  close(): void
}

export interface Event {
  readonly target: Element
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  preventDefault(): void
}

export interface Document extends Pick<Element, 'querySelector' | 'querySelectorAll' | 'addEventListener'> {
  readonly documentElement: Element
  readonly activeElement: Element | null
  createElement(tag: string): Element
  getElementById(id: string): Element | null
}

interface Window {
  readonly location: { hash: string }
  readonly history: { replaceState(state: null, title: string, url: string): void }
  readonly localStorage: { getItem(key: string): string | null; setItem(key: string, value: string): void }
  requestAnimationFrame(act: () => void): void
  matchMedia(query: string): { readonly matches: boolean }
  addEventListener(type: string, listen: (event: Event) => void): void
}

declare const document: Document
declare const window: Window
export const page = (): Document => document
export const browser = (): Window => window
/** Scrolls to an element; twice, because what lies between gets its real height only when it has been seen. */
export function jumpTo(element: Element): void {
  const frame = (act: () => void) => window.requestAnimationFrame(act)
  element.scrollIntoView()
  frame(() => frame(() => element.scrollIntoView()))
}
/** An element that the page always has. */
export const byId = (id: string): Element => document.getElementById(id)!
