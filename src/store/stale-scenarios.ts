import { publicWorkspace } from './workspaces.ts'

/**
 * The statement that finds scenarios to be run again: their latest estimate has come to its end, and what it used is
 * not current any more. A run that has failed on the current data is not repeated.
 */
export const staleScenarios = `
  WITH current AS (SELECT version FROM catalogue_version ORDER BY loaded_at DESC, version DESC LIMIT 1),
  asking AS (
    SELECT s.*, v.document::jsonb -> 'rerunOn' AS rerun_on
    FROM scenario s JOIN scenario_version v ON v.scenario_key = s.key AND v.version = s.version
    WHERE s.deleted_at IS NULL AND v.document::jsonb -> 'rerunOn' IN ('["datasets"]', '["catalogue"]',
      '["datasets", "catalogue"]', '["catalogue", "datasets"]')),
  judged AS (
    SELECT a.workspace_id, a.id, a.latest_run_id, r.id AS run_id, current.version AS catalogue_version,
      a.rerun_on ? 'catalogue' AND r.catalogue_version <> current.version AS by_catalogue,
      a.rerun_on ? 'datasets' AND EXISTS (
        SELECT 1 FROM json_each_text(r.dataset_versions) used
          JOIN document d ON d.kind = 'dataset' AND d.parent = '' AND d.id = used.key AND d.deleted_at IS NULL
            AND d.workspace_id IN (a.workspace_id, '${publicWorkspace}')
        WHERE d.version <> used.value::int) AS by_datasets
    FROM asking a CROSS JOIN current CROSS JOIN LATERAL (
      SELECT * FROM run WHERE workspace_id = a.workspace_id AND scenario_key = a.key AND kind = 'estimate'
      ORDER BY created_at DESC, id DESC LIMIT 1) r
    WHERE r.status NOT IN ('queued', 'running'))
  SELECT workspace_id AS "workspaceId", id AS "scenarioId", catalogue_version AS "catalogueVersion",
    run_id AS "latestRun", latest_run_id AS "resultRun",
    CASE WHEN by_catalogue THEN 'catalogue' ELSE 'datasets' END AS cause
  FROM judged WHERE by_catalogue OR by_datasets ORDER BY run_id LIMIT $1`
