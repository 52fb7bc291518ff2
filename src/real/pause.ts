// Waiting without an event loop: the real dataplane answers like a function, as the simulator does.

const cell = new Int32Array(new SharedArrayBuffer(4))

/** Sleeps for so many milliseconds. */
export const pause = (milliseconds: number): void => void Atomics.wait(cell, 0, 0, milliseconds)
