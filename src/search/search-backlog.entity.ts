import { Entity, PrimaryColumn } from "../db/entity";

/** The id up to which papers are still to be reindexed for the search, newest first. Without a row, none. */
@Entity("search_backlog")
export class SearchBacklog {
  @PrimaryColumn("integer")
  upTo!: number;
}
