// SPDX-License-Identifier: GPL-3.0-or-later
// Queues and the hold model in SimGrid, for comparison: CPU ns per customer or hold, and a mean.
//
//   peer_simgrid version
//   peer_simgrid queue SERVERS N   M/M/c at 0.9: one source actor, an actor per server, a semaphore
//   peer_simgrid hold ACTORS N     N sleeps of Exp(1)
#include <simgrid/s4u.hpp>
#include <simgrid/version.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <deque>
#include <random>

namespace sg4 = simgrid::s4u;

static std::mt19937_64 words(1);
static double exponential(double rate)
{
    return std::exponential_distribution<double>(rate)(words);
}
static double cpu_s()
{
    timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return double(t.tv_sec) + double(t.tv_nsec) * 1e-9;
}

static long wanted, done;
static double sojourn;
static std::deque<double> line;

static void source(sg4::SemaphorePtr waiting, double rate)
{
    for (long i = 0; i < wanted; i++) {
        sg4::this_actor::sleep_for(exponential(rate));
        line.push_back(sg4::Engine::get_clock());
        waiting->release();
    }
}

static void server(sg4::SemaphorePtr waiting)
{
    for (;;) {
        waiting->acquire();
        double arrived = line.front();
        line.pop_front();
        sg4::this_actor::sleep_for(exponential(1.0));
        sojourn += sg4::Engine::get_clock() - arrived;
        done++;
    }
}

static void holder()
{
    while (done < wanted) {
        sg4::this_actor::sleep_for(exponential(1.0));
        done++;
    }
}

int main(int argc, char **argv)
{
    if (argc == 2 && !strcmp(argv[1], "version")) {
        printf("SimGrid %d.%d\n", SIMGRID_VERSION_MAJOR, SIMGRID_VERSION_MINOR);
        return 0;
    }
    if (argc != 4) {
        return 2;
    }
    bool queue = !strcmp(argv[1], "queue");
    int width = atoi(argv[2]);
    wanted = atol(argv[3]);
    int own_argc = 2;
    char option[] = "--log=root.thres:critical";
    char *own_argv[] = {argv[0], option, nullptr};
    sg4::Engine engine(&own_argc, own_argv);
    auto *zone = sg4::create_full_zone("zone");
    auto *host = zone->create_host("host", 1e9);
    zone->seal();
    auto waiting = sg4::Semaphore::create(0);
    if (queue) {
        sg4::Actor::create("source", host, source, waiting, 0.9 * width);
    }
    for (int i = 0; i < width; i++) {
        if (queue) {
            sg4::Actor::create("server", host, server, waiting)->daemonize();
        } else {
            sg4::Actor::create("holder", host, holder);
        }
    }
    double start = cpu_s();
    engine.run();
    double used = cpu_s() - start;
    double mean = queue ? sojourn / double(done) : double(done) / (engine.get_clock() * width);
    printf("%.2f %.6f\n", used * 1e9 / double(done), mean);
    return 0;
}
