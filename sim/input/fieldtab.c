/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fieldtab.c - the table behind parser, bounds, defaults, suggestions and `explain`.
 *
 * Columns: path, type, quantity, flags, lower bound, upper bound (0: none; both in base units),
 * default, choices, choices that are not built yet, variants that have the field, one sentence.
 * Source of names and defaults: the scenario contract; of scheduler ranges: docs/schedulers.md.
 */
#include "sim/input/fieldtab.h"

#include "models/tenant.h"
#include "sim/input/scenario.h"

#define MAP     FIELD_MAP, Q_COUNT
#define LIST    FIELD_LIST, Q_COUNT
#define TEXT    FIELD_TEXT, Q_COUNT
#define CHOICE  FIELD_CHOICE, Q_COUNT
#define BOOL    FIELD_BOOL, Q_COUNT
#define INT     FIELD_INT, Q_COUNT
#define RATIO   FIELD_RATIO, Q_COUNT
#define TIME    FIELD_QUANTITY, Q_TIME
#define RATE    FIELD_QUANTITY, Q_RATE
#define BYTES   FIELD_QUANTITY, Q_BYTES
#define PERCENT FIELD_QUANTITY, Q_FRACTION

#define TIME_MAX  ((double)TIME_MAX_NS)
#define HOUR      3.6e12
#define BYTES_MAX 1.0e15

#define HYPERVISORS                                                                            \
    "none rhel-kvm-9.4 rhel-kvm-9.6 rhel-kvm-10.0 ubuntu-kvm-22.04 ubuntu-kvm-24.04 "          \
    "vsphere-7.0 vsphere-8.0 vsphere-8.0u2 vsphere-8.0u3 vsphere-9.0 windows-server-2025 "     \
    "xenserver-8 ahv"
#define BYTE_UNITS "B KiB MiB GiB TiB kB MB GB TB"
#define DISTS                                                                                  \
    "deterministic exponential gamma erlang lognormal weibull pareto hyperexponential "        \
    "uniform empirical"

/* Times that were measured: the same rows wherever they may stand. */
#define MEASURED_ROWS(path)                                                                    \
    {path ".mean", TIME, 0, 1, HOUR * 24, NULL, NULL, NULL, NULL, "Time of a request."},       \
        {path ".base", TIME, 0,    0,    HOUR * 24,                                            \
         NULL,         NULL, NULL, NULL, "Fixed part of a batch's time."},                     \
        {path ".per-item",                                                                     \
         TIME,                                                                                 \
         0,                                                                                    \
         0,                                                                                    \
         HOUR * 24,                                                                            \
         NULL,                                                                                 \
         NULL,                                                                                 \
         NULL,                                                                                 \
         NULL,                                                                                 \
         "Part of a batch's time for each request in it."},                                    \
        {path ".table", MAP,  FIELD_ANY_KEY, 0,    0,                                          \
         NULL,          NULL, NULL,          NULL, "Times by size of batch."},                 \
    {                                                                                          \
        path ".table.N", TIME, 0, 1, HOUR * 24, NULL, NULL, NULL, NULL,                        \
            "Time of a batch of N requests."                                                   \
    }

/* A distribution: the same rows wherever one may stand; `from` lists who has a column. */
#define DIST_ROWS(path, mean_lo, from)                                                          \
    {path ".dist", CHOICE, 0, 0, 0, NULL, DISTS, NULL, DISTS, "Kind of the distribution."},     \
        {path ".mean",                                                                          \
         TIME,                                                                                  \
         0,                                                                                     \
         mean_lo,                                                                               \
         HOUR * 24,                                                                             \
         NULL,                                                                                  \
         NULL,                                                                                  \
         NULL,                                                                                  \
         DISTS,                                                                                 \
         "Its mean; empirical values are scaled to it, or taken as they are without it."},      \
        {path ".file",                                                                          \
         TEXT,                                                                                  \
         FIELD_REQUIRED,                                                                        \
         0,                                                                                     \
         0,                                                                                     \
         NULL,                                                                                  \
         NULL,                                                                                  \
         NULL,                                                                                  \
         "empirical",                                                                           \
         "CSV file, relative to the scenario, whose values are drawn."},                        \
        {path ".column", TEXT, 0, 0, 0, NULL, NULL, NULL, from, "Column that holds the time."}, \
        {path ".unit",                                                                          \
         CHOICE,                                                                                \
         0,                                                                                     \
         0,                                                                                     \
         0,                                                                                     \
         NULL,                                                                                  \
         "s ms us ns",                                                                          \
         NULL,                                                                                  \
         from,                                                                                  \
         "Unit of that column; an empirical distribution with a mean needs none."},             \
        {path ".cv",                                                                            \
         RATIO,                                                                                 \
         FIELD_ABOVE,                                                                           \
         0,                                                                                     \
         1000,                                                                                  \
         NULL,                                                                                  \
         NULL,                                                                                  \
         NULL,                                                                                  \
         "gamma lognormal weibull hyperexponential uniform",                                    \
         "Its coefficient of variation: standard deviation over mean."},                        \
        {path ".shape",                                                                         \
         RATIO,                                                                                 \
         FIELD_ABOVE,                                                                           \
         0,                                                                                     \
         1000,                                                                                  \
         NULL,                                                                                  \
         NULL,                                                                                  \
         NULL,                                                                                  \
         "weibull pareto",                                                                      \
         "Its shape: Weibull k, or Pareto alpha above 1."},                                     \
    {                                                                                           \
        path ".k", INT, 0, 1, 1000, NULL, NULL, NULL, "erlang", "Its number of stages."         \
    }

/* clang-format off */
#define DRAWN_DISTS "deterministic exponential gamma erlang lognormal weibull pareto hyperexponential uniform"
#define TOKEN_ROWS(path, what)                                                                                                         \
    {path, MAP, FIELD_REQUIRED, 0, 0, NULL, NULL, NULL, "llm", what ": a distribution, or a column of the file."},                     \
    {path ".dist", CHOICE, 0, 0, 0, NULL, DRAWN_DISTS, NULL, DRAWN_DISTS, "Kind of the distribution."},                                \
    {path ".mean", RATIO, 0, 1, 1e7, NULL, NULL, NULL, DRAWN_DISTS, "Its mean; what is drawn becomes whole and at least 1."},          \
    {path ".column", TEXT, 0, 0, 0, NULL, NULL, NULL, NULL, "Column that holds the number, a whole one; 0 counts as 1."},                                          \
    {path ".cv", RATIO, FIELD_ABOVE, 0, 1000, NULL, NULL, NULL, "gamma lognormal weibull hyperexponential uniform", "Its coefficient of variation."}, \
    {path ".shape", RATIO, FIELD_ABOVE, 0, 1000, NULL, NULL, NULL, "weibull pareto", "Its shape."},                                    \
    {path ".k", INT, 0, 1, 1000, NULL, NULL, NULL, "erlang", "Stages of an Erlang distribution."}

#define LIFE_DIST(path, mean_lo, what)                                                                                                 \
    {path, TIME, 0, mean_lo, TIME_MAX, NULL, NULL, NULL, "fault", what},                                                               \
    {path ".dist", CHOICE, FIELD_REQUIRED, 0, 0, NULL, DRAWN_DISTS, NULL, DRAWN_DISTS, "Kind of the distribution."},                   \
    {path ".mean", TIME, FIELD_REQUIRED, mean_lo, TIME_MAX, NULL, NULL, NULL, DRAWN_DISTS, "Its mean."},                               \
    {path ".cv", RATIO, FIELD_ABOVE, 0, 1000, NULL, NULL, NULL, "gamma lognormal weibull hyperexponential uniform", "Its coefficient of variation."}, \
    {path ".shape", RATIO, FIELD_ABOVE, 0, 1000, NULL, NULL, NULL, "weibull pareto", "Its shape."},                                    \
    {path ".k", INT, 0, 1, 1000, NULL, NULL, NULL, "erlang", "Its number of stages."}

const struct field fieldtab[] = {
    {"version", CHOICE, FIELD_REQUIRED, 0, 0, NULL, "1", NULL, NULL, "Version of this format."},
    {"name", FIELD_NAME, Q_COUNT, FIELD_REQUIRED, 0, 0, NULL, NULL, NULL, NULL, "Name of the scenario, of a-z, 0-9 and -."},
    {"question", TEXT, 0, 0, 0, NULL, NULL, NULL, NULL, "What the scenario asks; printed with the answer."},
    {"horizon", TIME, 0, 1, TIME_MAX, "600 s", NULL, NULL, NULL, "Counted time of a replica, after warm-up; a trace runs to its end unless this is written, and `plan` counts half a million requests if that is less."},
    {"warmup", TIME, FIELD_AUTO, 0, TIME_MAX, "auto", NULL, NULL, NULL, "Time before counting begins; auto finds it by MSER-5."},
    {"replicas", INT, FIELD_AUTO, 1, 1000, "auto", NULL, NULL, NULL, "Independent repetitions; auto adds them until the p95 of every tenant is known to `precision`."},
    {"max-replicas", INT, 0, 1, 1000, "1000", NULL, NULL, NULL, "Most replicas that `replicas: auto` comes to."},
    {"precision", PERCENT, 0, 0.001, 0.5, "5%", NULL, NULL, NULL, "Relative half-width of the 95 % interval of p95 that `replicas: auto` aims at."},
    {"percentiles", LIST, FIELD_ABOVE | FIELD_BELOW, 0, 100, "[50, 95, 99]", NULL, NULL, NULL, "Percentiles of every latency; 95 is always among them."},
    {"coupling", RATIO, 0, 0, 1, "calibrated", NULL, NULL, NULL, "How much busy MIG slices slow each other through the board's power: none, calibrated, or a fraction, as in 8.4% or 0.084."},

    {"fleet", MAP, FIELD_REQUIRED, 0, 0, NULL, NULL, NULL, NULL, "The GPUs that there are."},
    {"fleet.gpu", TEXT, FIELD_REQUIRED, 0, 0, NULL, NULL, NULL, "gpu", "Catalogue key of the GPU; `vgpusim list gpus` shows them."},
    {"fleet.count", INT, FIELD_AUTO, 1, GPUS_MAX, "1", NULL, NULL, "gpu", "Number of GPUs; auto: as many as each mode needs to place every VM."},
    {"fleet.hypervisor", CHOICE, 0, 0, 0, "none", HYPERVISORS, NULL, "gpu", "Hypervisor whose rules are checked."},
    {"fleet.mixed-size", BOOL, 0, 0, 0, "false", NULL, NULL, NULL, "May one GPU carry time-sliced vGPUs of different sizes?"},
    {"fleet.ecc", BOOL, 0, 0, 0, NULL, NULL, NULL, NULL, "Is error correction of the GPUs' memory on? Without it nothing about ECC is checked."},
    {"fleet.vgpu-manager", INT, 0, 1, RELEASE_MAX, NULL, NULL, NULL, NULL, "Major release of the vGPU Manager on the hosts (19 for 19.1), to be checked with `guest-driver`."},
    {"fleet.hosts", LIST, 0, 0, 0, NULL, NULL, NULL, "hosts", "Groups of hosts that are alike, instead of `gpu`, `count` and `hypervisor`; a VM has all its vGPUs on one host."},
    {"fleet.hosts.name", FIELD_NAME, Q_COUNT, FIELD_REQUIRED, 0, 0, NULL, NULL, NULL, NULL, "Name of the group, of a-z, 0-9 and -."},
    {"fleet.hosts.count", INT, 0, 1, GPUS_MAX, "1", NULL, NULL, NULL, "Number of hosts."},
    {"fleet.hosts.gpu", TEXT, FIELD_REQUIRED, 0, 0, NULL, NULL, NULL, NULL, "Catalogue key of their GPUs."},
    {"fleet.hosts.gpus", INT, 0, 1, GPUS_MAX, "1", NULL, NULL, NULL, "GPUs in each host."},
    {"fleet.hosts.memory", BYTES, FIELD_ABOVE, 0, BYTES_MAX, NULL, NULL, NULL, NULL, "Memory of each host for its VMs; without it memory is no limit."},
    {"fleet.hosts.cpus", INT, 0, 1, HOST_CPUS_MAX, NULL, NULL, NULL, NULL, "CPUs of each host for its VMs; without them CPUs are no limit."},
    {"fleet.hosts.hypervisor", CHOICE, 0, 0, 0, "none", HYPERVISORS, NULL, NULL, "Hypervisor of the hosts, whose rules are checked."},

    {"modes", LIST, 0, 0, 0, "six entries", NULL, NULL, NULL, "Sharing modes to compare; by default passthrough, time-sliced under each of three policies, mig and time-sliced-mig."},
    {"modes.mode", CHOICE, FIELD_REQUIRED, 0, 0, NULL, "passthrough time-sliced mig time-sliced-mig container-time-sliced", NULL, NULL, "The sharing mode of an entry."},
    {"modes.scheduler", MAP, 0, 0, 0, NULL, NULL, NULL, "time-sliced time-sliced-mig container-time-sliced", "What the entry changes in the scenario's scheduler."},

    {"scheduler", MAP, 0, 0, 0, NULL, NULL, NULL, NULL, "Scheduler of the time-sliced modes."},
    {"scheduler.policy", CHOICE, 0, 0, 0, "best-effort", "best-effort equal-share fixed-share cuda-round-robin", NULL, NULL, "Who runs next; cuda-round-robin is for container-time-sliced."},
    {"scheduler.discipline", CHOICE, 0, 0, 0, "strict", "strict legacy", NULL, NULL, "Round robin of equal and fixed share: strict by frequency, legacy by slice; best effort has none."},
    {"scheduler.frequency", FIELD_QUANTITY, Q_FREQUENCY, 0, 0.001, 1e9, NULL, NULL, NULL, NULL, "Turns per second under strict; by default 480 Hz, or 960 Hz where a GPU takes more than 8 of the type."},
    {"scheduler.slice", TIME, 0, 1, HOUR, NULL, NULL, NULL, NULL, "Run time of a turn, instead of a frequency."},
    {"scheduler.averaging", INT, 0, 1, 60, "33", NULL, NULL, NULL, "Turns over which strict makes up for overrun."},
    {"scheduler.switch", TIME, 0, 0, HOUR, NULL, NULL, NULL, NULL, "Context switch before a turn and not part of it; by default from calibration."},
    {"scheduler.working-set", BYTES, 0, 0, 1e12, "0 B", NULL, NULL, NULL, "What a vGPU loads again through the domain's memory bandwidth whenever the turn comes to it; that time is added to `switch`."},
    {"scheduler.linger", TIME, 0, 0, HOUR, "0 ms", NULL, NULL, NULL, "Best effort: for how long a vGPU that runs out of work keeps its turn, at most to the end of its slice."},
    {"scheduler.yield-idle", BOOL, 0, 0, 0, "false", NULL, NULL, NULL, "Equal share: pass a turn without work on to the next vGPU with work (not documented by the vendor)."},
    {"scheduler.preempt-granularity", TIME, 0, 0, HOUR, "0 us", NULL, NULL, NULL, "Running work can be stopped after every so much of it only; what it runs over its slice is made up for by the discipline."},
    {"scheduler.rmpvmrl", INT, 0, 0, 4294967295.0, NULL, NULL, NULL, NULL, "The driver's registry value RmPVMRL, decoded by its bits, instead of policy, discipline, slice, frequency and averaging."},

    {"placement", MAP, 0, 0, 0, NULL, NULL, NULL, NULL, "How VMs are put on GPUs."},
    {"placement.policy", CHOICE, 0, 0, 0, "best-fit", "first-fit best-fit breadth-first depth-first fragmentation exact listed", NULL, NULL, "Which GPU takes the next VM; listed: as `gpus` says."},
    {"placement.gpus", LIST, FIELD_REQUIRED, 0, 0, NULL, NULL, NULL, "listed", "What each GPU holds; GPUs that hold the same are one entry."},
    {"placement.gpus.count", INT, 0, 1, GPUS_MAX, "1", NULL, NULL, NULL, "Number of GPUs that hold this."},
    {"placement.gpus.vms", INT, FIELD_REQUIRED | FIELD_ANY_KEY, 0, SCHED_VGPUS_MAX, NULL, NULL, NULL, NULL, "VMs of each tenant on one of them, by the tenant's name."},

    {"tenants", LIST, FIELD_REQUIRED, 0, 0, NULL, NULL, NULL, "tenants", "Who uses the GPUs: each a number of identical VMs."},
    {"tenants.name", FIELD_NAME, Q_COUNT, FIELD_REQUIRED, 0, 0, NULL, NULL, NULL, NULL, "Name of the tenant, of a-z, 0-9 and -."},
    {"tenants.count", INT, 0, 1, VMS_MAX, "1", NULL, NULL, NULL, "Number of identical VMs."},
    {"tenants.powered-off", INT, 0, 0, VMS_MAX, "0", NULL, NULL, NULL, "How many of the VMs are powered off: they keep their place and have no turn under equal share."},
    {"tenants.os", CHOICE, 0, 0, 0, "linux", "linux windows", NULL, NULL, "Guest operating system."},
    {"tenants.firmware", CHOICE, 0, 0, 0, NULL, "efi bios", NULL, NULL, "How a VM boots, for rules about vSphere."},
    {"tenants.guest-driver", INT, 0, 1, RELEASE_MAX, NULL, NULL, NULL, NULL, "Major release of the vGPU software that the guest driver belongs to."},
    {"tenants.licence", CHOICE, 0, 0, 0, NULL, "none ai-enterprise vws vpc vapps", NULL, NULL, "Product by which the vGPUs of a VM are licensed."},
    {"tenants.memory", BYTES, FIELD_ABOVE, 0, BYTES_MAX, NULL, NULL, NULL, NULL, "Memory of a VM, for the MMIO rule and the memory of hosts."},
    {"tenants.cpus", INT, 0, 0, HOST_CPUS_MAX, "0", NULL, NULL, NULL, "CPUs of a VM, taken from those of its host."},
    {"tenants.mmio", BYTES, FIELD_ABOVE, 0, BYTES_MAX, NULL, NULL, NULL, NULL, "64-bit MMIO window of a VM, where it is set."},
    {"tenants.framebuffer", BYTES, FIELD_ABOVE, 0, BYTES_MAX, NULL, NULL, NULL, NULL, "GPU memory that a VM needs; the type or profile is chosen to hold it."},
    {"tenants.vgpu", TEXT, 0, 0, 0, NULL, NULL, NULL, NULL, "This very vGPU type."},
    {"tenants.mig", TEXT, 0, 0, 0, NULL, NULL, NULL, NULL, "This very MIG profile."},
    {"tenants.on", TEXT, FIELD_ANY_KEY, 0, 0, NULL, NULL, NULL, NULL, "GPU models on which the VMs may be, each with a MIG profile of it, or any: {A30: 1g.6gb, L40S: any}. Others are passed over."},
    {"tenants.vgpus", INT, FIELD_AUTO, 1, VGPUS_PER_VM_MAX, "1", NULL, NULL, NULL, "vGPUs, or whole GPUs, of a VM, which share its queue; auto: `plan` chooses."},
    {"tenants.isolation", MAP, 0, 0, 0, NULL, NULL, NULL, NULL, "What counts as a violation."},
    {"tenants.isolation.require", CHOICE, 0, 0, 0, "none", "none temporal hardware", NULL, NULL, "Isolation that a VM must have: a vGPU of its own, or an execution domain of its own."},
    {"tenants.isolation.slowdown", PERCENT, 0, 0, 1000, "20%", NULL, NULL, NULL, "How much longer a request may take than with idle neighbours."},
    {"tenants.isolation.grace", TIME, 0, 0, TIME_MAX, "0 ms", NULL, NULL, NULL, "Added to that limit."},
    {"tenants.objective", MAP, FIELD_ANY_KEY, 0, 0, NULL, NULL, NULL, NULL, "What the tenant must get."},
    {"tenants.objective.pNN", TIME, FIELD_ABOVE, 0, TIME_MAX, NULL, NULL, NULL, NULL, "Limit of a latency percentile: p95, p99.9, ..."},
    {"tenants.objective.mean", TIME, FIELD_ABOVE, 0, TIME_MAX, NULL, NULL, NULL, NULL, "Limit of the mean latency."},
    {"tenants.objective.throughput", RATE, FIELD_ABOVE, 0, 1e12, NULL, NULL, NULL, NULL, "Least rate of completions of the whole tenant."},
    {"tenants.objective.frame-rate", FIELD_QUANTITY, Q_FPS, FIELD_ABOVE, 0, 1e6, NULL, NULL, NULL, NULL, "Least rate of completed frames of each VM, for kind frames."},
    {"tenants.needs", LIST, 0, 0, 0, "[]", "uvm p2p live-migration suspend containers dcgm nvenc gpudirect profiler ecc", NULL, NULL, "Features that the platform must have."},
    {"tenants.workload", MAP, FIELD_REQUIRED, 0, 0, NULL, NULL, NULL, "workload", "What each VM runs."},
    {"tenants.workloads", LIST, FIELD_REQUIRED, 0, 0, NULL, NULL, NULL, "workloads", "Several workloads of each VM, which share its vGPU, instead of `workload`; each has a `name` and the fields of `workload`."},
    {"tenants.workload.name", FIELD_NAME, Q_COUNT, 0, 0, 0, NULL, NULL, NULL, NULL, "Name of one of several workloads; its figures carry it."},
    {"tenants.workload.kind", CHOICE, FIELD_REQUIRED, 0, 0, NULL, "requests closed trace frames training llm", NULL, NULL, "Open loop, clients that wait for their answer, rows of a file, frames, training steps, or a language model."},
    {"tenants.workload.arrivals", MAP, 0, 0, 0, NULL, NULL, NULL, "requests llm", "When requests of a VM arrive."},
    {"tenants.workload.arrivals.process", CHOICE, FIELD_REQUIRED, 0, 0, NULL, "poisson periodic gamma weibull mmpp diurnal windows", NULL, NULL, "Kind of the arrival process."},
    {"tenants.workload.arrivals.rate", RATE, FIELD_REQUIRED | FIELD_ABOVE, 0, 1e9, NULL, NULL, NULL, "poisson periodic gamma weibull", "Mean rate of arrivals of one VM."},
    {"tenants.workload.arrivals.cv", RATIO, FIELD_ABOVE, 0, 1000, NULL, NULL, NULL, "gamma weibull", "Coefficient of variation of the time between arrivals."},
    {"tenants.workload.arrivals.shape", RATIO, FIELD_ABOVE, 0, 1000, NULL, NULL, NULL, "gamma weibull", "Shape of the time between arrivals, instead of cv."},
    {"tenants.workload.arrivals.phase", TIME, 0, 0, TIME_MAX, "0 ms", NULL, NULL, "periodic", "First arrival."},
    {"tenants.workload.arrivals.rates", FIELD_LIST, Q_RATE, FIELD_REQUIRED, 0, 1e9, NULL, NULL, NULL, "mmpp", "Rates of arrivals in the states of an mmpp, which follow one another in a cycle."},
    {"tenants.workload.arrivals.holding", FIELD_LIST, Q_TIME, FIELD_REQUIRED, 1, TIME_MAX, NULL, NULL, NULL, "mmpp", "Mean times that an mmpp stays in its states, each exponential."},
    {"tenants.workload.arrivals.curve", LIST, FIELD_REQUIRED, 0, 0, NULL, NULL, NULL, "diurnal", "Points of a curve of rates, linear between them; it begins with the simulation and repeats after the last."},
    {"tenants.workload.arrivals.curve.at", TIME, FIELD_REQUIRED, 0, TIME_MAX, NULL, NULL, NULL, NULL, "Time of a point; the first is 0 s, the last is the period, two at one time are a step."},
    {"tenants.workload.arrivals.curve.rate", RATE, FIELD_REQUIRED, 0, 1e9, NULL, NULL, NULL, NULL, "Rate of arrivals of one VM at that time."},
    {"tenants.workload.arrivals.file", TEXT, FIELD_REQUIRED, 0, 0, NULL, NULL, NULL, "windows", "CSV file, relative to the scenario, with a client's windows: start_s, rate_per_s, cv and pattern, and client where there are several."},
    {"tenants.workload.arrivals.client", TEXT, 0, 0, 0, NULL, NULL, NULL, "windows", "Whose windows, by the column client; needed where the file has more than one."},
    {"tenants.workload.arrivals.scale", RATIO, FIELD_ABOVE, 0, 1e6, "1", NULL, NULL, "windows", "Multiplies the rates of all windows."},
    {"tenants.workload.service", MAP, FIELD_REQUIRED, 0, 0, NULL, NULL, NULL, "requests closed trace frames training", "GPU time of a request, frame or step on one whole GPU of `reference`: a distribution, or times by size of batch."},
    DIST_ROWS("tenants.workload.service", 1, "trace empirical"),
    {"tenants.workload.service.law", TEXT, 0, 0, 0, NULL, NULL, NULL, "trace", "Sum of times and times per column: \"5 ms + 0.01 ms * ContextTokens\"."},
    {"tenants.workload.service.base", TIME, 0, 0, HOUR * 24, NULL, NULL, NULL, NULL, "Fixed part of a batch's time."},
    {"tenants.workload.service.per-item", TIME, 0, 0, HOUR * 24, NULL, NULL, NULL, NULL, "Part of a batch's time for each request in it."},
    {"tenants.workload.service.table", MAP, FIELD_ANY_KEY, 0, 0, NULL, NULL, NULL, NULL, "Times by size of batch, linear between them: {1: 3 ms, 8: 9 ms}."},
    {"tenants.workload.service.table.N", TIME, 0, 1, HOUR * 24, NULL, NULL, NULL, NULL, "Time of a batch of N requests."},
    {"tenants.workload.service.profiles", MAP, FIELD_ANY_KEY, 0, 0, NULL, NULL, NULL, NULL, "Times of a request measured on MIG profiles of the scenario's GPU, which beat `scaling`."},
    {"tenants.workload.service.profiles.PROFILE", MAP, 0, 0, 0, NULL, NULL, NULL, NULL, "What was measured on that profile: mean, base and per-item, or table."},
    MEASURED_ROWS("tenants.workload.service.profiles.PROFILE"),
    {"tenants.workload.service.profiles.PROFILE.streams", MAP, FIELD_ANY_KEY, 0, 0, NULL, NULL, NULL, NULL, "Instead of these, what was measured with 1, 2 ... streams at work on the profile: {1: {table: {1: 3 ms}}, 2: {table: {1: 4 ms}}}."},
    {"tenants.workload.service.profiles.PROFILE.streams.K", MAP, 0, 0, 0, NULL, NULL, NULL, NULL, "What each of K streams took while all K were at work."},
    MEASURED_ROWS("tenants.workload.service.profiles.PROFILE.streams.K"),
    {"tenants.workload.clients", INT, FIELD_REQUIRED, 1, CLIENTS_MAX, NULL, NULL, NULL, "closed", "Clients of one VM; each waits for its answer, thinks and asks again."},
    {"tenants.workload.think", TIME, 0, 0, HOUR * 24, "0 ms", NULL, NULL, "closed", "Time between an answer and the next request: a time, or a distribution."},
    DIST_ROWS("tenants.workload.think", 0, "empirical"),
    {"tenants.workload.file", TEXT, 0, 0, 0, NULL, NULL, NULL, "trace llm", "CSV file, relative to the scenario."},
    {"tenants.workload.arrival", MAP, 0, 0, 0, NULL, NULL, NULL, "trace llm", "Where the arrival stands in a row."},
    {"tenants.workload.arrival.column", TEXT, FIELD_REQUIRED, 0, 0, NULL, NULL, NULL, NULL, "Column of the arrival."},
    {"tenants.workload.arrival.unit", CHOICE, FIELD_REQUIRED, 0, 0, NULL, "datetime s ms us ns", NULL, NULL, "Unit of that column."},
    {"tenants.workload.arrival.zero", CHOICE, 0, 0, 0, NULL, "file first", NULL, NULL, "What counts as t = 0: the file's own zero (default for numbers), or the first row (default for datetime)."},
    {"tenants.workload.offset", TIME, 0, 0, TIME_MAX, "0 ms", NULL, NULL, "trace llm", "VM k starts k times this far into the file and wraps around."},
    {"tenants.workload.speedup", RATIO, FIELD_ABOVE, 0, 1e6, "1", NULL, NULL, "trace llm", "Divides the times between arrivals."},
    {"tenants.workload.reference", TEXT, 0, 0, 0, "the scenario's GPU", NULL, NULL, NULL, "Catalogue key of the GPU on which the service time holds; with host groups the first group's by default."},
    {"tenants.workload.host", MAP, 0, 0, 0, "{dist: deterministic, mean: 0 ms}", NULL, NULL, "requests closed trace frames training", "CPU stage before the GPU: one FIFO server per VM."},
    DIST_ROWS("tenants.workload.host", 0, "empirical"),
    {"tenants.workload.host-path", PERCENT, 0, 0, 1, "0%", NULL, NULL, "requests closed trace frames training", "Share of the service time for which it holds the path between host and GPU (PCIe, copies), which the VMs of a host share."},
    {"tenants.workload.scaling", MAP, 0, 0, 0, NULL, NULL, NULL, NULL, "How the service time changes on a part of a GPU."},
    {"tenants.workload.scaling.form", CHOICE, 0, 0, 0, "max", "max sum", NULL, NULL, "max(floor, compute + memory), or compute + memory and then the floor, with the domain free."},
    {"tenants.workload.scaling.compute", PERCENT, 0, 0, 10, "100%", NULL, NULL, NULL, "Share of the service time that goes with SMs."},
    {"tenants.workload.scaling.memory", PERCENT, 0, 0, 10, "0%", NULL, NULL, NULL, "Share of the service time that goes with memory bandwidth."},
    {"tenants.workload.scaling.serial", PERCENT, 0, 0, 10, "0%", NULL, NULL, NULL, "Share of the service time that is the same on every slice."},
    {"tenants.workload.scaling.width", PERCENT, FIELD_ABOVE, 0, 1, "100%", NULL, NULL, NULL, "Share of the reference's SMs that the work can fill."},
    {"tenants.workload.scaling.floor", TIME, 0, 0, HOUR, "0 ms", NULL, NULL, NULL, "Time below which no slice gets."},
    {"tenants.workload.batch", MAP, 0, 0, 0, NULL, NULL, NULL, "requests closed trace training frames", "Requests that are served as one; their time is given by size."},
    {"tenants.workload.batch.max", INT, 0, 1, BATCH_MAX, "1", NULL, NULL, NULL, "Most requests in a batch."},
    {"tenants.workload.batch.timeout", TIME, 0, 0, HOUR, "0 ms", NULL, NULL, NULL, "How long the oldest waits for a batch to fill; 0: what waits leaves when a stream is free."},
    {"tenants.workload.batch.counts-from", CHOICE, 0, 0, 0, "arrival", "arrival free", NULL, NULL, "When the timeout begins: with the arrival of the oldest, or when a stream is free as well."},
    {"tenants.workload.streams", INT, FIELD_AUTO, 1, STREAMS_MAX, "1", NULL, NULL, "requests closed trace frames training", "Requests, or batches, of a VM in service at once; auto: `plan` chooses, from those that `service.profiles` has times for."},
    {"tenants.workload.kernels", MAP, 0, 0, 0, NULL, NULL, NULL, "requests closed trace frames training", "The GPU work of a request comes in pieces, with gaps between them in which the domain is free."},
    {"tenants.workload.kernels.count", INT, FIELD_REQUIRED, 2, PIECES_MAX, NULL, NULL, NULL, NULL, "Number of equal pieces."},
    {"tenants.workload.kernels.gap", TIME, 0, 0, HOUR, NULL, NULL, NULL, NULL, "Time between the end of a piece and the beginning of the next, at the earliest."},
    {"tenants.workload.kernels.busy", PERCENT, FIELD_ABOVE, 0, 1, NULL, NULL, NULL, NULL, "Share of the time for which the request alone keeps the reference GPU busy, instead of a gap."},
    {"tenants.workload.fps", FIELD_QUANTITY, Q_FPS, FIELD_REQUIRED | FIELD_ABOVE, 0, 1e6, NULL, NULL, NULL, "frames", "Frames per second that are aimed at."},
    {"tenants.workload.phase", TIME, 0, 0, TIME_MAX, "0 ms", NULL, NULL, "frames", "Tick of the first frame."},
    {"tenants.workload.pipeline", INT, 0, 1, PIPELINE_MAX, "2", NULL, NULL, "frames", "Frames under way at a tick beyond which its frame is dropped."},
    {"tenants.workload.checkpoint", MAP, 0, 0, 0, NULL, NULL, NULL, "training", "Pauses between steps."},
    {"tenants.workload.checkpoint.every", INT, FIELD_REQUIRED, 1, 1e9, NULL, NULL, NULL, NULL, "Steps between two pauses."},
    {"tenants.workload.checkpoint.pause", TIME, FIELD_REQUIRED, 0, HOUR, NULL, NULL, NULL, NULL, "Length of a pause; the GPU is free."},
    {"tenants.workload.prefill", TIME, 0, 0, HOUR, NULL, NULL, NULL, "llm", "Cost of reading a prompt: the time per token, or a mapping."},
    {"tenants.workload.prefill.per-token", TIME, 0, 0, HOUR, "0 ms", NULL, NULL, NULL, "GPU time per token of a prompt on one whole GPU of `reference`."},
    {"tenants.workload.decode", TIME, 0, 0, HOUR, NULL, NULL, NULL, "llm", "Cost of an iteration: its fixed time, or a mapping."},
    {"tenants.workload.decode.base", TIME, 0, 0, HOUR, "0 ms", NULL, NULL, NULL, "Fixed GPU time of every iteration."},
    {"tenants.workload.decode.per-sequence", TIME, 0, 0, HOUR, "0 ms", NULL, NULL, NULL, "GPU time for each sequence that decodes."},
    {"tenants.workload.decode.per-token", TIME, 0, 0, HOUR, "0 ms", NULL, NULL, NULL, "GPU time for each token in the context of a sequence that decodes."},
    {"tenants.workload.kv-bytes-per-token", BYTES, FIELD_ABOVE, 0, BYTES_MAX, NULL, NULL, NULL, "llm", "Cache of a token; without it the cache is taken to hold everything."},
    {"tenants.workload.weights", BYTES, 0, 0, BYTES_MAX, "0 B", NULL, NULL, "llm", "Framebuffer that the model takes and the cache does not get."},
    {"tenants.workload.max-sequences", INT, 0, 1, LLM_SEQUENCES_MAX, "256", NULL, NULL, "llm", "Sequences that are admitted at once."},
    {"tenants.workload.max-batched-tokens", INT, 0, 1, LLM_TOKENS_MAX, "2048", NULL, NULL, "llm", "Tokens of one iteration: one for each sequence that decodes, the rest of prompts."},
    {"tenants.workload.async-scheduling", BOOL, 0, 0, 0, "false", NULL, NULL, "llm", "An iteration is composed while the one before it runs: what arrives then is admitted one iteration later."},
    TOKEN_ROWS("tenants.workload.prompt", "Tokens of a prompt"),
    TOKEN_ROWS("tenants.workload.output", "Tokens of an answer"),

    {"vms", MAP, FIELD_REQUIRED, 0, 0, NULL, NULL, NULL, "vms", "The lifetimes of VMs from a CSV file, instead of `tenants`; `plan` says how many GPUs they take."},
    {"vms.file", TEXT, FIELD_REQUIRED, 0, 0, NULL, NULL, NULL, NULL, "CSV file, relative to the scenario, with a row for each VM."},
    {"vms.created", MAP, FIELD_REQUIRED, 0, 0, NULL, NULL, NULL, NULL, "When a VM is created."},
    {"vms.created.column", TEXT, FIELD_REQUIRED, 0, 0, NULL, NULL, NULL, NULL, "Column of the creation."},
    {"vms.created.unit", CHOICE, FIELD_REQUIRED, 0, 0, NULL, "datetime s ms us ns", NULL, NULL, "Unit of that column."},
    {"vms.deleted", MAP, 0, 0, 0, NULL, NULL, NULL, NULL, "When a VM is deleted; blank: it stays to the end."},
    {"vms.deleted.column", TEXT, FIELD_REQUIRED, 0, 0, NULL, NULL, NULL, NULL, "Column of the deletion."},
    {"vms.deleted.unit", CHOICE, FIELD_REQUIRED, 0, 0, NULL, "datetime s ms us ns", NULL, NULL, "Unit of that column."},
    {"vms.lifetime", MAP, 0, 0, 0, NULL, NULL, NULL, NULL, "How long a VM is there, instead of `deleted`; blank: it stays to the end."},
    {"vms.lifetime.column", TEXT, FIELD_REQUIRED, 0, 0, NULL, NULL, NULL, NULL, "Column of the lifetime."},
    {"vms.lifetime.unit", CHOICE, FIELD_REQUIRED, 0, 0, NULL, "s ms us ns", NULL, NULL, "Unit of that column."},
    {"vms.gpus", MAP, 0, 0, 0, NULL, NULL, NULL, NULL, "GPUs, vGPUs or instances of a VM, 1 without it; a VM that has 0 takes no part."},
    {"vms.gpus.column", TEXT, FIELD_REQUIRED, 0, 0, NULL, NULL, NULL, NULL, "Column of the number."},
    {"vms.gpu", MAP, 0, 0, 0, NULL, NULL, NULL, NULL, "Part of each of its GPUs that a VM asks for: compute slices under MIG, framebuffer otherwise; without it and `framebuffer` all of it."},
    {"vms.gpu.column", TEXT, FIELD_REQUIRED, 0, 0, NULL, NULL, NULL, NULL, "Column of the part."},
    {"vms.gpu.unit", CHOICE, FIELD_REQUIRED, 0, 0, NULL, "milli percent gpus", NULL, NULL, "Unit of that column: thousandths of a GPU, hundredths, or GPUs."},
    {"vms.framebuffer", MAP, 0, 0, 0, NULL, NULL, NULL, NULL, "GPU memory that a VM asks for on each of its GPUs."},
    {"vms.framebuffer.column", TEXT, FIELD_REQUIRED, 0, 0, NULL, NULL, NULL, NULL, "Column of the framebuffer."},
    {"vms.framebuffer.unit", CHOICE, FIELD_REQUIRED, 0, 0, NULL, BYTE_UNITS, NULL, NULL, "Unit of that column."},
    {"vms.memory", MAP, 0, 0, 0, NULL, NULL, NULL, NULL, "Memory of a VM, taken from that of its host."},
    {"vms.memory.column", TEXT, FIELD_REQUIRED, 0, 0, NULL, NULL, NULL, NULL, "Column of the memory."},
    {"vms.memory.unit", CHOICE, FIELD_REQUIRED, 0, 0, NULL, BYTE_UNITS, NULL, NULL, "Unit of that column."},
    {"vms.cpus", MAP, 0, 0, 0, NULL, NULL, NULL, NULL, "CPUs of a VM, taken from those of its host."},
    {"vms.cpus.column", TEXT, FIELD_REQUIRED, 0, 0, NULL, NULL, NULL, NULL, "Column of the CPUs."},
    {"vms.cpus.unit", CHOICE, FIELD_REQUIRED, 0, 0, NULL, "cpus milli", NULL, NULL, "Unit of that column: CPUs, or thousandths of one."},
    {"vms.model", MAP, 0, 0, 0, NULL, NULL, NULL, NULL, "GPUs that a VM may have, alternatives joined by |; blank: any."},
    {"vms.model.column", TEXT, FIELD_REQUIRED, 0, 0, NULL, NULL, NULL, NULL, "Column of the GPUs."},
    {"vms.model.names", TEXT, FIELD_ANY_KEY, 0, 0, NULL, NULL, NULL, NULL, "Catalogue keys of the names that the file uses: {V100M32: V100-SXM2-32GB}."},
    {"vms.type", MAP, 0, 0, 0, NULL, NULL, NULL, NULL, "Name of a type of VM, which `types` explains."},
    {"vms.type.column", TEXT, FIELD_REQUIRED, 0, 0, NULL, NULL, NULL, NULL, "Column of the name."},
    {"vms.types", MAP, FIELD_ANY_KEY, 0, 0, NULL, NULL, NULL, NULL, "What VMs of a type ask for, unless a column says it: {small: {framebuffer: 4 GiB}}."},
    {"vms.types.TYPE", MAP, 0, 0, 0, NULL, NULL, NULL, NULL, "What VMs of that type ask for."},
    {"vms.types.TYPE.gpus", INT, 0, 1, VGPUS_PER_VM_MAX, NULL, NULL, NULL, NULL, "GPUs, vGPUs or instances of a VM."},
    {"vms.types.TYPE.gpu", PERCENT, FIELD_ABOVE, 0, 1, NULL, NULL, NULL, NULL, "Part of each of its GPUs."},
    {"vms.types.TYPE.framebuffer", BYTES, FIELD_ABOVE, 0, BYTES_MAX, NULL, NULL, NULL, NULL, "GPU memory on each of its GPUs."},
    {"vms.types.TYPE.memory", BYTES, FIELD_ABOVE, 0, BYTES_MAX, NULL, NULL, NULL, NULL, "Memory of a VM."},
    {"vms.types.TYPE.cpus", INT, 0, 0, HOST_CPUS_MAX, NULL, NULL, NULL, NULL, "CPUs of a VM."},

    {"expect", LIST, 0, 0, 0, "[]", NULL, NULL, "tenants", "Gates that the result must pass: fn(metric[, tenant]) op value [@ mode[/policy]], as in p95(latency, chat) < 50 ms @ mig. An item may be a mapping: the sentence under `gate`, and options."},
    {"expect.gate", TEXT, FIELD_REQUIRED, 0, 0, NULL, NULL, NULL, NULL, "The sentence, in quotes."},
    {"expect.if_empty", CHOICE, 0, 0, 0, "fail", "fail pass", NULL, NULL, "Verdict where there is no sample: a saturated tenant, a cause that is not modelled."},
    {"expect.stop_early", BOOL, 0, 0, 0, "false", NULL, NULL, NULL, "Once the gate fails for certain, `replicas: auto` adds no more replicas."},
    {"cost", MAP, 0, 0, 0, NULL, NULL, NULL, NULL, "Prices; only `plan` asks for them."},
    {"cost.gpu_hour", FIELD_QUANTITY, Q_MONEY, FIELD_ANY_KEY, 0, 1e9, NULL, NULL, NULL, NULL, "Price of an hour of a GPU, by catalogue key."},
    {"cost.licence_hour", FIELD_QUANTITY, Q_MONEY, 0, 0, 1e9, NULL, NULL, NULL, NULL, "Price of an hour of a vGPU licence."},
    {"cost.energy", FIELD_QUANTITY, Q_ENERGY, 0, 0, 1e9, NULL, NULL, NULL, NULL, "Price of energy."},
    {"lifecycle", LIST, 0, 0, 0, "[]", NULL, NULL, "tenants", "Events in the life of VMs: faults, at a time or again and again; VMs that stop and start, are suspended and resumed."},
    {"lifecycle.fault", TEXT, FIELD_REQUIRED, 0, 0, NULL, NULL, NULL, "fault", "The VM that has the fault, as in chat/0; a tenant alone stands for each of its VMs by itself."},
    {"lifecycle.stop", TEXT, FIELD_REQUIRED, 0, 0, NULL, NULL, NULL, "stop", "The VM that is powered off, as in chat/0; a tenant alone stands for all its VMs that are on. What it holds is lost."},
    {"lifecycle.start", TEXT, FIELD_REQUIRED, 0, 0, NULL, NULL, NULL, "start", "The VM that is powered on; a tenant alone stands for all its VMs that are off. Its place has been kept."},
    {"lifecycle.suspend", TEXT, FIELD_REQUIRED, 0, 0, NULL, NULL, NULL, "suspend", "The VM that is suspended, or all VMs of a tenant that are on: it gives up its vGPU and keeps its requests."},
    {"lifecycle.resume", TEXT, FIELD_REQUIRED, 0, 0, NULL, NULL, NULL, "resume", "The VM that goes on after `suspend`, or all VMs of a tenant that are suspended."},
    {"lifecycle.at", TIME, 0, 0, TIME_MAX, NULL, NULL, NULL, NULL, "When it happens, since the replica began, warm-up included."},
    LIFE_DIST("lifecycle.every", 1e6, "Instead of `at`: the time without the fault before each of its faults, from the end of the downtime on; a time, or a distribution."),
    {"lifecycle.class", CHOICE, 0, 0, 0, "uncontained", "contained uncontained gpu host", NULL, "fault", "Kind of the fault: it ends what met it; containment failed; the GPU must be reset; the host goes down."},
    {"lifecycle.scope", CHOICE, 0, 0, 0, NULL, "vm instance gpu host", NULL, "fault", "How far it reaches, instead of what the table of faults says for the mode and class."},
    LIFE_DIST("lifecycle.downtime", 0, "How long everybody in its scope is down: a time, or a distribution; by default that of the table of faults."),
    {"lifecycle.requests", CHOICE, 0, 0, 0, NULL, "lost restarted resumed absent", NULL, "fault stop", "What becomes of requests. Of a fault (default lost): all that wait or are in service there are lost; those in service begin anew; all go on where they were. Of a stop (default absent), whoever would ask until the VM is back: does not exist; or is lost."},
    {"lifecycle.boot", TIME, 0, 0, TIME_MAX, "0 s", NULL, NULL, "start resume", "From then on until the VM serves: it boots, or reads its memory back; its vGPU is there."},
    {"lifecycle.migrate", TEXT, FIELD_LATER, 0, 0, NULL, NULL, NULL, NULL, "A VM that moves to another GPU."},
    {"lifecycle.reconfigure", TEXT, FIELD_LATER, 0, 0, NULL, NULL, NULL, NULL, "A GPU that is divided anew."},
};
/* clang-format on */

const int fieldtab_n = (int)(sizeof fieldtab / sizeof fieldtab[0]);
