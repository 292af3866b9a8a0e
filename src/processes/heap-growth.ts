import { setFlagsFromString } from "node:v8";

/** Garbage that may stand beside what is in use before all of it is collected, in percent of what is in use. */
const GROWTH_PERCENT = 25;

/**
 * Limits what a process takes beyond what it has in use. Under load V8 otherwise lets the heap grow to some three times that,
 * whatever the sizes of the caches are.
 */
export function limitHeapGrowth(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
}
