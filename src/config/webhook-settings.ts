import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import * as v from "valibot";
import { host, switchSetting } from "./setting-forms";

/** Receivers that webhooks may reach though they are not public: host names, and networks of addresses. */
export interface AllowedReceivers {
  names: ReadonlySet<string>;
  /** Addresses and networks, e.g. 10.0.0.0/8. */
  networks: readonly string[];
}

const allowed = v.pipe(
  v.string(),
  v.transform((text) => text.split(",").map((each) => each.trim().toLowerCase())),
  v.array(
    v.pipe(
      v.string(),
      v.check((each) => isNetwork(each) || isName(each)),
    ),
  ),
  v.transform((all): AllowedReceivers => {
    const networks = all.filter(isNetwork);
    return { names: new Set(all.filter((each) => !isNetwork(each))), networks };
  }),
);

function isNetwork(text: string): boolean {
  const [address = "", bits] = text.split("/");
  return isIP(address) !== 0 && (bits === undefined || ipaddr.isValidCIDR(text));
}

/** Numbers and dots alone are a mistyped address. */
function isName(text: string): boolean {
  return v.is(host, text) && !text.includes(":") && !/^[\d.]+$/.test(text);
}

/** Settings of webhooks; see `settings`. */
export const webhookSettings = {
  WEBHOOKS_ALLOW: {
    description:
      "Receivers of webhooks that are not public, separated by commas: host names, addresses or networks, with any port. All others must be public, on port 443.",
    default: undefined,
    form: v.optional(allowed),
    expected: "host names, addresses or networks such as hooks.lan,10.0.0.0/8",
  },
  WEBHOOKS_HTTP: switchSetting("off", "Whether webhooks may be posted over http, too, without encryption."),
} as const;

/** What webhooks need of the settings. */
export type WebhookSettings = {
  [N in keyof typeof webhookSettings]: v.InferOutput<(typeof webhookSettings)[N]["form"]>;
};
