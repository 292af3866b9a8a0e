/** Links from a page below /digest with a token to another one; relative, as PUBLIC_URL may have a path. */
export const links = {
  subscribe: "../../digest",
  manage: (token: string) => `../manage/${encodeURIComponent(token)}`,
  unsubscribe: (token: string) => `../unsubscribe/${encodeURIComponent(token)}`,
  resubscribe: (token: string) => `../resubscribe/${encodeURIComponent(token)}`,
};
