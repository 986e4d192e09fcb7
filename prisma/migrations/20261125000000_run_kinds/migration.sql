-- AlterTable
ALTER TABLE "run" ADD COLUMN     "kind" TEXT NOT NULL DEFAULT 'estimate',
ADD COLUMN     "parameters" JSON NOT NULL DEFAULT '{}',
ADD COLUMN     "priority" TEXT NOT NULL DEFAULT 'interactive',
ADD COLUMN     "cause" TEXT NOT NULL DEFAULT 'request',
ADD COLUMN     "rerun_of" TEXT;

-- CreateIndex
CREATE INDEX "run_workspace_id_status_idx" ON "run"("workspace_id", "status");
