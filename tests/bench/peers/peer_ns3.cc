// SPDX-License-Identifier: GPL-3.0-or-later
// Queues and the hold model on the core of ns-3, for comparison: CPU ns per customer or hold, and a mean.
//
//   peer_ns3 version
//   peer_ns3 queue SERVERS N   M/M/c at 0.9
//   peer_ns3 hold EVENTS N     N events, each of which schedules the next after Exp(1)
//
// Each of the library's five schedulers is tried on a twentieth of the run; the fastest runs the rest and is
// named at the end of the line.
#include <ns3/object-factory.h>
#include <ns3/simulator.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <deque>
#include <random>

static std::mt19937_64 words(1);
static ns3::Time exponential(double rate)
{
    return ns3::NanoSeconds(int64_t(std::exponential_distribution<double>(rate)(words) * 1e6));
}
static double cpu_s()
{
    timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return double(t.tv_sec) + double(t.tv_nsec) * 1e-9;
}

static long wanted, made, done;
static int idle;
static double rate, sojourn;
static std::deque<int64_t> line;

static void leave(int64_t arrived);

static void serve(int64_t arrived)
{
    ns3::Simulator::Schedule(exponential(1.0), &leave, arrived);
}

static void leave(int64_t arrived)
{
    sojourn += double(ns3::Simulator::Now().GetNanoSeconds() - arrived);
    done++;
    if (line.empty()) {
        idle++;
    } else {
        int64_t next = line.front();
        line.pop_front();
        serve(next);
    }
}

static void arrive()
{
    int64_t now = ns3::Simulator::Now().GetNanoSeconds();
    if (idle > 0) {
        idle--;
        serve(now);
    } else {
        line.push_back(now);
    }
    if (++made < wanted) {
        ns3::Simulator::Schedule(exponential(rate), &arrive);
    }
}

static void hold()
{
    if (++done < wanted) {
        ns3::Simulator::Schedule(exponential(1.0), &hold);
    } else {
        ns3::Simulator::Stop();
    }
}

// CPU seconds of one run.
static double run(const char *scheduler, bool queue, int width, long n, double *mean)
{
    ns3::ObjectFactory factory;
    factory.SetTypeId(scheduler);
    ns3::Simulator::SetScheduler(factory);
    wanted = n;
    made = done = 0;
    idle = width;
    rate = 0.9 * width;
    sojourn = 0;
    line.clear();
    if (queue) {
        ns3::Simulator::Schedule(exponential(rate), &arrive);
    }
    for (int i = 0; !queue && i < width; i++) {
        ns3::Simulator::Schedule(exponential(1.0), &hold);
    }
    double start = cpu_s();
    ns3::Simulator::Run();
    double used = cpu_s() - start;
    *mean = queue ? sojourn / double(done) * 1e-6
                  : double(done) * 1e6 / (double(ns3::Simulator::Now().GetNanoSeconds()) * width);
    ns3::Simulator::Destroy();
    return used;
}

int main(int argc, char **argv)
{
    static const char *const schedulers[] = {"ns3::ListScheduler", "ns3::HeapScheduler",
                                             "ns3::MapScheduler", "ns3::PriorityQueueScheduler",
                                             "ns3::CalendarScheduler"};
    if (argc == 2 && !strcmp(argv[1], "version")) {
        printf("ns-3 %s\n", NS3_RELEASE);
        return 0;
    }
    if (argc != 4) {
        return 2;
    }
    bool queue = !strcmp(argv[1], "queue");
    int width = atoi(argv[2]);
    long n = atol(argv[3]);
    double mean;
    double least = 1e300;
    const char *best = schedulers[0];
    for (const char *s : schedulers) {
        if (width > 1000 && strcmp(s, "ns3::ListScheduler") == 0) {
            continue; // linear in the number of events
        }
        double used = run(s, queue, width, n / 20, &mean);
        if (used < least) {
            least = used;
            best = s;
        }
    }
    double used = run(best, queue, width, n, &mean);
    printf("%.2f %.6f %s\n", used * 1e9 / double(done), mean, best + strlen("ns3::"));
    return 0;
}
