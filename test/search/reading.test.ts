import type { PoolClient } from "pg";
import { readingOfTexts } from "../../migrations/1792620000000-read-texts-faster";
import { createRandom } from "../fuzz/random";
import { useDatabase } from "../support/use-api";

jest.setTimeout(60_000);

const WORDS = String.raw`
  to at on us up a A I v x T U S ss GPT GPT- LLM LLMs GPUs gpus CSS css dns plus Opus onus anus imus ReLUs SwiGLUs mIoUs various focus
  https MCTS U.S. e.g. .net .NET Net C++ C# F# ++ ## R&D &amp; &lt; &#65; &bsol; a/b < > @ ~ . .. - -- + , ; : ( ) ' " 1 5 10 100
  2.5 1990 1990s K8s H100s 4o 3D 3-D 24 h B M GB 7Bs v1.5 x-1 T-5 SO-100 am- -5 +.5 .5 \alpha \times \textbf { } $ _ ^ _1 ^2 _{ \"o \~
  \ é ß × ♯ – — − ﬁ ² ⁴ ½ ① 中 カ 한 β ε ＼alpha ＃ ＋ １ 😀 ʔ ʕ ʘ`
  .trim()
  .split(/\s+/);
const SIGNS = [
  ..."abdehimnostuvxABDGHLMSTU0123456789.-+ /#&;$_^{}\\'~@×–é中\u00a0\u3000\u200b\ufe0f\u001c\u001e\u001f\n",
];
const PROSE = `Large language models (LLMs) have shown remarkable results across 12 benchmarks, yet the cost of attention still grows
  with the length of a text. We present a method that reduces it by 3.5x on long-context tasks, e.g., retrieval and summarization,
  without any loss of quality: on GPT-4 and on open models of various sizes it focuses on what matters. `;

describe("reading texts", () => {
  const t = useDatabase();
  let client: PoolClient;
  beforeAll(async () => {
    client = await t.db.pool.connect();
    t.use({ close: () => client.release(true) });
    await client.query(readingOfTexts.replace("function searchable(", "function pg_temp.read_before("));
  });

  test("is the same as before it was made faster", async () => {
    const random = createRandom(1);
    const textOf = (pieces: string[], most: number) =>
      Array.from({ length: random.int(1, most) }, () => `${random.pick(pieces)}${random.pick(["", "", " "])}`).join("");
    const texts = Array.from({ length: 4000 }, (_, i) => (i % 2 ? textOf(WORDS, 9) : textOf(SIGNS, 12)));
    const { rows } = await client.query(
      `select * from (
         select text, pg_temp.read_before(text) as before, searchable(text) as now from unnest($1::text[]) text
       ) r where before <> now`,
      [texts],
    );
    expect(rows).toEqual([]);
  });

  test("takes less time than before", async () => {
    const timeOf = async (read: string) => {
      const start = performance.now();
      await client.query(`select count(${read}($1 || n)) from generate_series(1, 300) n`, [PROSE.repeat(3)]);
      return performance.now() - start;
    };
    // Each at its best: other work on the machine only adds to the time.
    const times = { before: Infinity, now: Infinity };
    for (let round = 0; round < 5; round++) {
      times.before = Math.min(times.before, await timeOf("pg_temp.read_before"));
      times.now = Math.min(times.now, await timeOf("searchable"));
    }
    expect(times.now / times.before).toBeLessThan(0.75);
  });
});
