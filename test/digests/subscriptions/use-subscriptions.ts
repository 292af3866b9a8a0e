import { issueTokenOf, settings } from "../../support/digests";
import { manySignups } from "../../support/limits";
import { useApi } from "../../support/use-api";

export const SECRET = "the secret of the tests, long enough";
export const SUBSCRIBE = `mutation ($input: SubscribeToDigestInput!) {
  subscribeToDigest(input: $input) { confirmationSent userErrors { code message path } } }`;
export const FIELDS = `maskedEmail status frequency weekday hour timeZone maxPapers skipEmpty pausedUntil confirmedAt lastSentAt nextSendAt
  filter { keywords excludeKeywords categories excludeCategories authorIds organizationIds near minUpvotes hasCode }`;
const CONFIRM = `mutation ($token: String!) { confirmDigestSubscription(input: { token: $token }) {
  subscription { ${FIELDS} } managementToken userErrors { code path } } }`;
export const SHOW = `query ($token: String!) { digestSubscription(token: $token) { ${FIELDS} preview { title } } }`;

/** An API, and what readers do with it; nobody is subscribed before each test. */
export function useSubscriptions() {
  // So many requests come from one address here.
  const t = useApi({
    limits: manySignups,
    digests: { ...settings, secret: SECRET },
  });
  afterEach(() => t.db.reset());

  const subscribe = async (email: string, over: object = {}) =>
    (await t.api.data(SUBSCRIBE, { input: { email, consentVersion: "v1", ...over } })).subscribeToDigest;
  const deliveries = () =>
    t.db.run<{ id: number; subscription_id: number; kind: string }>("select * from digest_deliveries order by id");
  /** The token of the latest confirmation mail, as its sender makes it. */
  const confirmationToken = async (): Promise<string> => {
    const latest = (await deliveries()).filter(({ kind }) => kind === "CONFIRMATION").at(-1)!;
    return issueTokenOf(t.db, SECRET, latest.id);
  };
  const confirm = async (token: string) => (await t.api.data(CONFIRM, { token })).confirmDigestSubscription;
  const subscribed = async (email: string, over: object = {}): Promise<string> => {
    await subscribe(email, over);
    return (await confirm(await confirmationToken())).managementToken;
  };
  return { t, subscribe, deliveries, confirmationToken, confirm, subscribed };
}
