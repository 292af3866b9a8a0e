import { AccessTokenScope } from "../../src/users/access-token.entity";
import { signIn } from "../support/factories";
import { useApi } from "../support/use-api";

export const UPSERT = `mutation ($papers: [PaperUpsert!]!) { upsertPapers(input: { papers: $papers }) {
  created updated unchanged userErrors { code message path }
  papers { arxivId title abstract keywords publishedOn featuredOn authorCount authorsComplete url codeUrl projectUrl submittedBy { username } authors { nodes { name } } }
} }`;

/** An API, and a user who may send papers to it. */
export function useUpserts() {
  const t = useApi();
  let token: string;
  beforeEach(async () => {
    token = await signIn(t.db, "ada", [AccessTokenScope.PAPERS_WRITE]);
  });
  afterEach(() => t.db.reset());
  return {
    t,
    token: () => token,
    upsert: async (...papers: object[]) => (await t.api.data(UPSERT, { papers }, token)).upsertPapers,
  };
}
