/** The id of a row of the app's own, as text from outside. So many digits always fit into a bigint. */
export const OWN_ID = /^\d{1,18}$/
