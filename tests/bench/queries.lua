-- Queries for wrk: MODE is analytical, short or repeated; PREFIX is what stands before the encoded query.
-- A comment that is never the same twice keeps a query from being answered out of a cache.
local mode, prefix = os.getenv("MODE"), os.getenv("PREFIX")
local number, threads = 0, 0

local short = "SELECT * { ?s a <https://w3id.org/budgetgraph/ns#Disclosure> } LIMIT 5"
local analytical = [[
PREFIX bg-dim: <https://w3id.org/budgetgraph/dimension#>
PREFIX obeu-measure: <http://data.openbudgets.eu/ontology/dsd/measure/>
PREFIX qb: <http://purl.org/linked-data/cube#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?table (SUM(?amount) AS ?total) (COUNT(*) AS ?n) {
  ?figure qb:dataSet ?table ; obeu-measure:amount ?amount ; bg-dim:functionalClassification ?function ; bg-dim:item ?item .
  ?function skos:prefLabel ?label
} GROUP BY ?table]]

function setup(thread)
  threads = threads + 1
  thread:set("id", os.time() * 10 + threads)
end

local function encoded(text)
  return (text:gsub("[^%w%-_%.~]", function(character) return string.format("%%%02X", character:byte()) end))
end

local fixed = { analytical = encoded(analytical), short = encoded(short), repeated = encoded(short) }

function request()
  number = number + 1
  local mark = mode == "repeated" and "" or encoded(string.format(" #%d-%d", id, number))
  return wrk.format("GET", prefix .. fixed[mode] .. mark, { ["Accept"] = "application/sparql-results+json" })
end

function done(summary, latency)
  local failed = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout
  io.write(string.format("result %d %d %d %d\n", summary.requests, summary.duration, failed, latency:percentile(50)))
end
