import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import * as v from "valibot";
import { parseUrl } from "../inputs/parse-url";
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
    const names = all.filter((each) => !isNetwork(each)).map(withoutDot);
    return { names: new Set(names), networks: all.filter(isNetwork) };
  }),
);

function isNetwork(text: string): boolean {
  const [address = "", bits] = text.split("/");
  return isIP(address) !== 0 && !address.includes("%") && (bits === undefined || ipaddr.isValidCIDR(text));
}

/** As a URL has it: what it reads otherwise, such as 10.1, would never be found. */
function isName(text: string): boolean {
  const name = withoutDot(text);
  return v.is(host, name) && parseUrl(`http://${name}`)?.hostname === name && isIP(name) === 0;
}

/** Names at which a dot stands at the end are the same ones without. */
const withoutDot = (name: string) => name.replace(/\.$/, "");

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
