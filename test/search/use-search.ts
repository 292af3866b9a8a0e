import { testLimits } from "../support/api";
import { pageFields } from "../support/paging";
import { useApi } from "../support/use-api";

export const SEARCH = `query ($query: String!, $filter: PaperFilter, $first: Int, $after: String) {
  searchPapers(query: $query, filter: $filter, first: $first, after: $after) {
    ${pageFields} edges { cursor score highlights { field text ranges } node { title } }
  }
}`;

interface Edge {
  score: number;
  highlights: { field: string; text: string; ranges: [number, number][] }[];
  node: { title: string };
}

/** An API that is searched, emptied after each test. */
export function useSearch() {
  const t = useApi({ limits: { ...testLimits, MAX_COST: 100_000 } });
  afterEach(() => t.db.reset());

  /** All that a search finds, which has to fit on a page. */
  const edgesOf = async (query: string, filter?: object): Promise<Edge[]> => {
    const { searchPapers } = await t.api.data(SEARCH, { query, filter });
    expect(searchPapers.totalCount).toBe(searchPapers.edges.length);
    return searchPapers.edges;
  };
  const found = async (query: string, filter?: object) => (await edgesOf(query, filter)).map((edge) => edge.node.title);
  return { t, edgesOf, found };
}
