# SPDX-License-Identifier: GPL-3.0-or-later
"""Queues and the hold model in SimPy, for comparison: CPU ns per customer or hold, and a mean.

  peer_simpy.py version
  peer_simpy.py store|resource SERVERS N   M/M/c at 0.9, N customers; mean sojourn, service 1
  peer_simpy.py hold PROCESSES N           N holds of Exp(1); mean number of holds per unit of time and process

store: one process per server takes customers from a Store. resource: one process per customer asks for a
Resource. Both are the forms that SimPy's own documentation teaches.
"""
import random
import sys
import time

import simpy

LOAD = 0.9


def store(env, servers, customers, total):
    queue = simpy.Store(env)

    def source():
        for _ in range(customers):
            yield env.timeout(random.expovariate(LOAD * servers))
            queue.put(env.now)

    def server():
        while True:
            arrived = yield queue.get()
            yield env.timeout(random.expovariate(1.0))
            total[0] += env.now - arrived

    env.process(source())
    for _ in range(servers):
        env.process(server())


def resource(env, servers, customers, total):
    desk = simpy.Resource(env, servers)

    def customer():
        arrived = env.now
        with desk.request() as turn:
            yield turn
            yield env.timeout(random.expovariate(1.0))
        total[0] += env.now - arrived

    def source():
        for _ in range(customers):
            yield env.timeout(random.expovariate(LOAD * servers))
            env.process(customer())

    env.process(source())


def hold(env, processes, holds, total):
    def one():
        while True:
            yield env.timeout(random.expovariate(1.0))
            total[0] += 1

    for _ in range(processes):
        env.process(one())


def main():
    if sys.argv[1] == "version":
        print("SimPy %s, Python %s" % (simpy.__version__, sys.version.split()[0]))
        return
    form, width, n = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    random.seed(1)
    env = simpy.Environment()
    total = [0.0]
    {"store": store, "resource": resource, "hold": hold}[form](env, width, n, total)
    start = time.process_time()
    if form == "hold":
        env.run(until=n / width)
        n = total[0]
        mean = n / (env.now * width)
    else:
        env.run()
        mean = total[0] / n
    print("%.2f %.6f" % ((time.process_time() - start) * 1e9 / n, mean))


main()
