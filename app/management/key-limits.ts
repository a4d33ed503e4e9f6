/** Keys of one shop that work at the same time. */
export const MOST_KEYS = 20
/** Characters. */
export const MOST_NAME_LENGTH = 60
