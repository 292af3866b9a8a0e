import { defaultLimits } from "../../src/config/limits";

/** For tests of which others measure what is asked in a minute. */
export const unlimited = { ...defaultLimits, RATE_LIMIT_ANONYMOUS: 0, RATE_LIMIT_USER: 0, SUBSCRIBE_LIMIT_ADDRESS: 0 };

/** All readers of a test subscribe from one address. */
export const manySignups = { ...defaultLimits, SUBSCRIBE_LIMIT_ADDRESS: 0 };
