/** Keys that a dictionary has without having been given them, if it is a plain object. */
export const INHERITED = ["constructor", "__proto__"] as const;
