-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "workspace" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "workspace_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "catalogue_version" (
    "version" TEXT NOT NULL,
    "content_hash" TEXT NOT NULL,
    "loaded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "catalogue_version_pkey" PRIMARY KEY ("version")
);

-- CreateTable
CREATE TABLE "catalogue_item" (
    "catalogue_version" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "document" JSON NOT NULL,

    CONSTRAINT "catalogue_item_pkey" PRIMARY KEY ("catalogue_version","kind","id")
);

-- CreateTable
CREATE TABLE "document" (
    "key" UUID NOT NULL,
    "workspace_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "parent" TEXT NOT NULL DEFAULT '',
    "id" TEXT NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "position" INTEGER NOT NULL DEFAULT 2147483647,
    "head" JSONB NOT NULL,
    "body" JSONB,
    "search_text" TEXT NOT NULL,
    "loaded_hash" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "document_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "document_version" (
    "document_key" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "head" JSONB NOT NULL,
    "body" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "document_version_pkey" PRIMARY KEY ("document_key","version")
);

-- CreateTable
CREATE TABLE "setting" (
    "name" TEXT NOT NULL,
    "value" TEXT NOT NULL,

    CONSTRAINT "setting_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "scenario" (
    "key" UUID NOT NULL,
    "workspace_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "live_name" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "estimator" TEXT NOT NULL,
    "latest_run_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "scenario_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "scenario_version" (
    "scenario_key" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "document" JSON NOT NULL,
    "search_text" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "scenario_version_pkey" PRIMARY KEY ("scenario_key","version")
);

-- CreateTable
CREATE TABLE "run" (
    "id" TEXT NOT NULL,
    "workspace_id" TEXT NOT NULL,
    "scenario_key" UUID NOT NULL,
    "scenario_id" TEXT NOT NULL,
    "scenario_version" INTEGER NOT NULL,
    "estimator" TEXT NOT NULL,
    "inputs" JSON NOT NULL,
    "dataset_versions" JSON NOT NULL,
    "engine_version" TEXT NOT NULL,
    "catalogue_version" TEXT NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'queued',
    "version" INTEGER NOT NULL DEFAULT 1,
    "progress" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "attempt_token" UUID,
    "problem" JSON,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "run_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "run_result" (
    "run_id" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "result_hash" TEXT NOT NULL,

    CONSTRAINT "run_result_pkey" PRIMARY KEY ("run_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "catalogue_version_content_hash_key" ON "catalogue_version"("content_hash");

-- CreateIndex
CREATE UNIQUE INDEX "document_workspace_id_kind_parent_id_key" ON "document"("workspace_id", "kind", "parent", "id");

-- CreateIndex
CREATE UNIQUE INDEX "scenario_workspace_id_id_key" ON "scenario"("workspace_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "scenario_workspace_id_live_name_key" ON "scenario"("workspace_id", "live_name");

-- CreateIndex
CREATE INDEX "run_workspace_id_scenario_key_created_at_id_idx" ON "run"("workspace_id", "scenario_key", "created_at", "id");

-- CreateIndex
CREATE INDEX "run_workspace_id_created_at_id_idx" ON "run"("workspace_id", "created_at", "id");

-- AddForeignKey
ALTER TABLE "catalogue_item" ADD CONSTRAINT "catalogue_item_catalogue_version_fkey" FOREIGN KEY ("catalogue_version") REFERENCES "catalogue_version"("version") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "document" ADD CONSTRAINT "document_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "document_version" ADD CONSTRAINT "document_version_document_key_fkey" FOREIGN KEY ("document_key") REFERENCES "document"("key") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "scenario" ADD CONSTRAINT "scenario_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "scenario_version" ADD CONSTRAINT "scenario_version_scenario_key_fkey" FOREIGN KEY ("scenario_key") REFERENCES "scenario"("key") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run" ADD CONSTRAINT "run_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run" ADD CONSTRAINT "run_scenario_key_fkey" FOREIGN KEY ("scenario_key") REFERENCES "scenario"("key") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "run_result" ADD CONSTRAINT "run_result_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "run"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

