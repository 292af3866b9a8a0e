import "reflect-metadata";

/**
 * The decorators of entities. Loading all of TypeORM takes a third of the start, and only migrations need it, so its parts
 * are imported one by one.
 */
// biome-ignore lint/performance/noBarrelFile: its purpose is to load less.
export { Check } from "typeorm/decorator/Check";
export { Column } from "typeorm/decorator/columns/Column";
export { PrimaryColumn } from "typeorm/decorator/columns/PrimaryColumn";
export { PrimaryGeneratedColumn } from "typeorm/decorator/columns/PrimaryGeneratedColumn";
export { Entity } from "typeorm/decorator/entity/Entity";
export { ForeignKey } from "typeorm/decorator/ForeignKey";
export { Index } from "typeorm/decorator/Index";
export { Unique } from "typeorm/decorator/Unique";
export { getMetadataArgsStorage } from "typeorm/globals";
