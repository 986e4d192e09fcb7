-- AlterTable: a run may stand by itself
ALTER TABLE "run" ALTER COLUMN "scenario_key" DROP NOT NULL,
ALTER COLUMN "scenario_id" DROP NOT NULL,
ALTER COLUMN "scenario_version" DROP NOT NULL;

-- CreateTable
CREATE TABLE "run_rows" (
    "run_id" TEXT NOT NULL,
    "part" INTEGER NOT NULL,
    "body" BYTEA NOT NULL,

    CONSTRAINT "run_rows_pkey" PRIMARY KEY ("run_id","part")
);

-- AddForeignKey
ALTER TABLE "run_rows" ADD CONSTRAINT "run_rows_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "run"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Parts are compressed already: trying again would only take time.
ALTER TABLE "run_rows" ALTER COLUMN "body" SET STORAGE EXTERNAL;
