import { ObjectType } from "type-graphql";
import { connectionType, edgeType } from "../paging/connection.type";
import { Topic } from "./topic.entity";

@ObjectType({ simpleResolvers: true, description: "A topic in a list." })
export class TopicEdge extends edgeType(Topic) {}

@ObjectType({ description: "A page of topics." })
export class TopicConnection extends connectionType<Topic, Topic, TopicEdge>(Topic, TopicEdge, (row) => row) {}
