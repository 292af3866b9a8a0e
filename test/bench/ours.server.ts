import { createApp } from "../../src/app";
import { openDatabase } from "../../src/db/database";

/** This project's API, as `npm start` runs it. */
void openDatabase(process.env.DATABASE_URL!).then(async (db) => {
  const app = await createApp(db, { explorer: false });
  await app.listen({ port: 0, host: "127.0.0.1" });
  process.send!((app.server.address() as { port: number }).port);
});
