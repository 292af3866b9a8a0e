import { CreatePapers1790000000000 } from "./1790000000000-create-papers";
import { CreateTrending1790100000000 } from "./1790100000000-create-trending";
import { CreateFeedRankings1790200000000 } from "./1790200000000-create-feed-rankings";
import { IndexPaperTopics1790310000000 } from "./1790310000000-index-paper-topics";
import { CreateDigests1790400000000 } from "./1790400000000-create-digests";
import { IndexDigestQueue1790410000000 } from "./1790410000000-index-digest-queue";
import { KeepDigestRequests1790420000000 } from "./1790420000000-keep-digest-requests";
import { CreateChanges1790500000000 } from "./1790500000000-create-changes";
import { CheckChanges1790510000000 } from "./1790510000000-check-changes";
import { BoundPendingLists1790520000000 } from "./1790520000000-bound-pending-lists";
import { AddRevision1790600000000 } from "./1790600000000-add-revision";
import { AddWords1790700000000 } from "./1790700000000-add-words";
import { IndexPaperTexts1791100000000 } from "./1791100000000-index-paper-texts";
import { AddTokenParents1791400000000 } from "./1791400000000-add-token-parents";
import { MakeUsernamesUniqueWithoutCase1791410000000 } from "./1791410000000-make-usernames-unique-without-case";
import { NameDeliveriesAtRandom1791500000000 } from "./1791500000000-name-deliveries-at-random";
import { FoldMailboxes1791510000000 } from "./1791510000000-fold-mailboxes";
import { AddDigestFeeds1791600000000 } from "./1791600000000-add-digest-feeds";
import { SearchPlainText1791700000000 } from "./1791700000000-search-plain-text";
import { BoundStoredPapers1791710000000 } from "./1791710000000-bound-stored-papers";
import { AddDigestsSince1791810000000 } from "./1791810000000-add-digests-since";
import { ReviseFeeds1791820000000 } from "./1791820000000-revise-feeds";
import { RekeyTitles1791830000000 } from "./1791830000000-rekey-titles";
import { RekeyNames1791831000000 } from "./1791831000000-rekey-names";
import { SearchAsPrinted1791840000000 } from "./1791840000000-search-as-printed";
import { NameZonesOfOffsets1791860000000 } from "./1791860000000-name-zones-of-offsets";
import { SearchParts1791870000000 } from "./1791870000000-search-parts";
import { RekeyTitlesAsShown1791880000000 } from "./1791880000000-rekey-titles-as-shown";
import { RekeyNamesAsShown1791881000000 } from "./1791881000000-rekey-names-as-shown";
import { SearchTex1791890000000 } from "./1791890000000-search-tex";
import { RekeyTitlesOfTex1791891000000 } from "./1791891000000-rekey-titles-of-tex";
import { RekeyTitlesWithMoreTex1791900000000 } from "./1791900000000-rekey-titles-with-more-tex";
import { RekeyNamesWithoutCase1791901000000 } from "./1791901000000-rekey-names-without-case";
import { AddFieldsOfArxiv1792000000000 } from "./1792000000000-add-fields-of-arxiv";
import { IndexPaperCategories1792000100000 } from "./1792000100000-index-paper-categories";
import { AddListings1792100000000 } from "./1792100000000-add-listings";
import { KeepRevisionOfCounts1792110000000 } from "./1792110000000-keep-revision-of-counts";
import { CreateSources1792200000000 } from "./1792200000000-create-sources";
import { CreateWebhooks1792310000000 } from "./1792310000000-create-webhooks";
import { AwaitCategories1792320000000 } from "./1792320000000-await-categories";
import { TellCategoriesLater1792330000000 } from "./1792330000000-tell-categories-later";
import { CreatePaperVectors1792400000000 } from "./1792400000000-create-paper-vectors";
import { CreateMeaningModels1792500000000 } from "./1792500000000-create-meaning-models";
import { IndexPaperReferences1792605000000 } from "./1792605000000-index-paper-references";
import { LogDeletedPapers1792610000000 } from "./1792610000000-log-deleted-papers";
import { ReadTextsFaster1792620000000 } from "./1792620000000-read-texts-faster";
import { CountPapers1792710000000 } from "./1792710000000-count-papers";
import { FillPaperCounts1792720000000 } from "./1792720000000-fill-paper-counts";
import { IndexPaperKeywords1792730000000 } from "./1792730000000-index-paper-keywords";
import { IndexOwnPages1792740000000 } from "./1792740000000-index-own-pages";
import { IndexTopicSpellings1792750000000 } from "./1792750000000-index-topic-spellings";
import { DeleteBesideImports1792760000000 } from "./1792760000000-delete-beside-imports";
import { TellNearLater1792770000000 } from "./1792770000000-tell-near-later";
import { KeepSalientWords1792780000000 } from "./1792780000000-keep-salient-words";
import { ReadTextsInLessTime1792790000000 } from "./1792790000000-read-texts-in-less-time";
import { SplitWordsInLessTime1792800000000 } from "./1792800000000-split-words-in-less-time";

/** All migrations. The name of each ends with the time at which it was written, of 13 digits: the order they are run in. */
export const migrations = [
  CreatePapers1790000000000,
  CreateTrending1790100000000,
  CreateFeedRankings1790200000000,
  IndexPaperTopics1790310000000,
  CreateDigests1790400000000,
  IndexDigestQueue1790410000000,
  KeepDigestRequests1790420000000,
  CreateChanges1790500000000,
  CheckChanges1790510000000,
  BoundPendingLists1790520000000,
  AddRevision1790600000000,
  AddWords1790700000000,
  IndexPaperTexts1791100000000,
  AddTokenParents1791400000000,
  MakeUsernamesUniqueWithoutCase1791410000000,
  NameDeliveriesAtRandom1791500000000,
  FoldMailboxes1791510000000,
  AddDigestFeeds1791600000000,
  SearchPlainText1791700000000,
  BoundStoredPapers1791710000000,
  AddDigestsSince1791810000000,
  ReviseFeeds1791820000000,
  RekeyTitles1791830000000,
  RekeyNames1791831000000,
  SearchAsPrinted1791840000000,
  NameZonesOfOffsets1791860000000,
  SearchParts1791870000000,
  RekeyTitlesAsShown1791880000000,
  RekeyNamesAsShown1791881000000,
  SearchTex1791890000000,
  RekeyTitlesOfTex1791891000000,
  RekeyTitlesWithMoreTex1791900000000,
  RekeyNamesWithoutCase1791901000000,
  AddFieldsOfArxiv1792000000000,
  IndexPaperCategories1792000100000,
  AddListings1792100000000,
  KeepRevisionOfCounts1792110000000,
  CreateSources1792200000000,
  CreateWebhooks1792310000000,
  AwaitCategories1792320000000,
  TellCategoriesLater1792330000000,
  CreatePaperVectors1792400000000,
  CreateMeaningModels1792500000000,
  IndexPaperReferences1792605000000,
  LogDeletedPapers1792610000000,
  ReadTextsFaster1792620000000,
  CountPapers1792710000000,
  FillPaperCounts1792720000000,
  IndexPaperKeywords1792730000000,
  IndexOwnPages1792740000000,
  IndexTopicSpellings1792750000000,
  DeleteBesideImports1792760000000,
  TellNearLater1792770000000,
  KeepSalientWords1792780000000,
  ReadTextsInLessTime1792790000000,
  SplitWordsInLessTime1792800000000,
];
