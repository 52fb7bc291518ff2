// Services that came with their endpoints: these are kept as they are, until they say what the pods say anyway. Remembered as a fact of the state.
import type { State } from './state'

/** The fact's name, for a Service by its key. */
export const givenEndpoints = (service: string): string => `given endpoints ${service}`

/** Whether the endpoints of a Service are kept as they were given. */
export const keepsGiven = (state: State, service: string): boolean => state.memory[givenEndpoints(service)] !== undefined
