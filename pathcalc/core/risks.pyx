"""Paths of minimum sum that share no risk: exact by branch and bound, or with a proved bound.

A risk is what fails together: an SRLG, a circuit, a site. NP-hard even for two paths (Hu 2003). A node of the
search is a set of parts: paths that are alike so far, with the links that none of them may use. Each part's
least sum without regard to risks (`disjoint`), all together, is a bound; so is that of all paths over the
links that any part may use. Where those paths share a risk z, one through links X and one through links Y
that all have z, then
- within one part: no path of it uses X, or none uses Y, or X and Y are used, by one path then: that becomes a
  part of its own, and those left of its part keep away from z. In any case all but one of a part keep away
  from each risk, which bounds every child.
- between two parts: one or the other keeps away from z.
Of some conflicts the one whose cheapest child costs most is branched on. The node of least bound is next. The
budget counts nodes, so that the answer is the same on every machine; a deadline may end it sooner.
"""

from cpython.mem cimport PyMem_RawFree, PyMem_RawRealloc
from cython cimport final
from libc.string cimport memcpy, memset

from pathcalc.core.clock cimport is_past
from pathcalc.core.disjoint cimport refuse_meeting_ends
from pathcalc.core.graph cimport SOURCE, TARGET, UNREACHED, Graph, Layer, Scratch, allocate, as_tuple, passes
from pathcalc.core.heap cimport Item, heap_pop, heap_push

cdef enum:
    MOST_CONFLICTS = 4  # weighed at a node
    GREEDY_NODES = 8  # at so many nodes, and as long as nothing is found, a set is looked for greedily
    NODES_A_GLANCE = 16  # at the clock


@final
cdef class Risks:
    """Which links have which risks."""

    def __cinit__(
        self, const uint32_t[::1] first not None, const uint32_t[::1] risk not None,
        const uint32_t[::1] bundle not None, uint32_t n_risks, uint32_t n_bundles,
    ):
        cdef size_t i, total = risk.shape[0]
        self.m = <uint32_t>(first.shape[0] - 1)
        self.n_risks = n_risks
        self.n_bundles = n_bundles
        if bundle.shape[0] != risk.shape[0] or first[self.m] != total:
            raise ValueError("one bundle a risk of a link")
        self.first = <uint32_t*>allocate(<size_t>self.m + 1, sizeof(uint32_t))
        self.risk = <uint32_t*>allocate(total, sizeof(uint32_t))
        self.bundle = <uint32_t*>allocate(total, sizeof(uint32_t))
        for i in range(<size_t>self.m + 1):
            self.first[i] = first[i]
        for i in range(total):
            if risk[i] >= n_risks or bundle[i] >= n_bundles:
                raise IndexError("a risk or bundle that there is not")
            self.risk[i] = risk[i]
            self.bundle[i] = bundle[i]
        self.fill(self.risk, n_risks, &self.risk_first, &self.risk_link)
        self.fill(self.bundle, n_bundles, &self.bundle_first, &self.bundle_link)

    def __dealloc__(self):
        PyMem_RawFree(self.first)
        PyMem_RawFree(self.risk)
        PyMem_RawFree(self.bundle)
        PyMem_RawFree(self.risk_first)
        PyMem_RawFree(self.risk_link)
        PyMem_RawFree(self.bundle_first)
        PyMem_RawFree(self.bundle_link)

    cdef int fill(self, const uint32_t* group, uint32_t n_groups, uint32_t** first, uint32_t** link) except -1:
        """List the links of each group."""
        cdef uint32_t i, k, at
        cdef uint32_t* begin = <uint32_t*>allocate(<size_t>n_groups + 2, sizeof(uint32_t))
        first[0] = begin
        link[0] = <uint32_t*>allocate(self.first[self.m], sizeof(uint32_t))
        for k in range(self.first[self.m]):
            begin[group[k] + 2] += 1
        for i in range(2, n_groups + 2):
            begin[i] += begin[i - 1]
        for i in range(self.m):
            for k in range(self.first[i], self.first[i + 1]):
                at = begin[group[k] + 1]
                begin[group[k] + 1] += 1
                link[0][at] = i
        return 0


@final
cdef class RiskSearch:
    """One search."""

    def __cinit__(self, Query query not None, Risks risks not None, uint32_t count, bint split):
        cdef Graph graph = query.graph
        cdef size_t room = <size_t>count * graph.n
        if risks.m != graph.m:
            raise ValueError("the risks are of another graph")
        self.query = query
        self.risks = risks
        self.count = count
        self.m = graph.m
        self.best = UNREACHED
        self.masks = <uint8_t*>allocate((<size_t>count + 2) * self.m, 1)
        self.parts = <Part*>allocate(count, sizeof(Part))
        self.links = <uint32_t*>allocate(room, sizeof(uint32_t))
        self.best_links = <uint32_t*>allocate(room, sizeof(uint32_t))
        self.path_first = <uint32_t*>allocate(<size_t>count + 1, sizeof(uint32_t))
        self.best_first = <uint32_t*>allocate(<size_t>count + 1, sizeof(uint32_t))
        self.path_part = <uint32_t*>allocate(count, sizeof(uint32_t))
        self.seen_by = <uint32_t*>allocate(risks.n_risks, sizeof(uint32_t))
        self.seen_in = <uint32_t*>allocate(risks.n_risks, sizeof(uint32_t))
        self.residual = Residual(graph, count)
        self.residual.open(query, split, False)

    def __dealloc__(self):
        PyMem_RawFree(self.masks)
        PyMem_RawFree(self.parts)
        PyMem_RawFree(self.links)
        PyMem_RawFree(self.best_links)
        PyMem_RawFree(self.path_first)
        PyMem_RawFree(self.best_first)
        PyMem_RawFree(self.path_part)
        PyMem_RawFree(self.seen_by)
        PyMem_RawFree(self.seen_in)
        PyMem_RawFree(self.since)
        PyMem_RawFree(self.nodes)
        PyMem_RawFree(self.chain)
        PyMem_RawFree(self.queue.items)

    cdef int run(self, uint32_t budget, double deadline_s) except -1:
        """Search until the queue is empty or holds nothing better; what it holds at the end is not proved."""
        cdef uint32_t spent = 0
        self.push(-1, Node(-1, ROOT, 0, 0, 0, 0, 0))
        while self.queue.size > 0 and spent < budget:
            if spent % NODES_A_GLANCE == NODES_A_GLANCE - 1 and is_past(deadline_s):
                break
            if self.queue.items[0].key >= self.best:
                self.queue.size = 0
                break
            self.visit(<int32_t>heap_pop(&self.queue).value)
            spent += 1
        return 0

    cdef int visit(self, int32_t at) except -1:
        """Look at one node: offer its paths, or branch."""
        cdef Conflict found[MOST_CONFLICTS]
        cdef uint64_t bound = self.nodes[at].bound
        cdef uint32_t n_found
        self.arrange(at)
        if not self.solve_parts(&bound):
            return 0
        n_found = self.conflicts(found, MOST_CONFLICTS)
        if n_found == 0:
            return self.offer()
        if self.best == UNREACHED or at < GREEDY_NODES:
            self.try_greedily()
        if bound >= self.best:
            return 0
        return self.branch(at, bound, found, n_found)

    cdef int arrange(self, int32_t at) except -1:
        """Set up the parts of a node: what has been decided from the root on."""
        cdef const uint32_t* risk_first = self.risks.risk_first
        cdef const uint32_t* bundle_first = self.risks.bundle_first
        cdef uint8_t* mask
        cdef int32_t depth = 0
        cdef const Node* node
        while at >= 0:
            self.chain[depth] = at
            depth += 1
            at = self.nodes[at].parent
        memset(self.masks, 0, self.m)
        if self.query.filter.banned != NULL:
            memcpy(self.masks, self.query.filter.banned, self.m)
        self.parts[0] = Part(self.count, 0, 0, 0)
        self.n_parts = 1
        while depth > 0:
            depth -= 1
            node = &self.nodes[self.chain[depth]]
            mask = self.masks + node.part * self.m
            if node.kind == NEITHER:
                self.rule_out(mask, self.risks.bundle_link, bundle_first[node.x], bundle_first[node.x + 1])
            elif node.kind != ROOT:
                if node.kind == SPLIT:
                    memcpy(self.masks + self.n_parts * self.m, mask, self.m)
                    self.parts[node.part].count -= 1
                    self.parts[self.n_parts] = Part(1, 0, 0, self.through(node.x, node.y))
                    self.n_parts += 1
                self.rule_out(mask, self.risks.risk_link, risk_first[node.z], risk_first[node.z + 1])
        return 0

    cdef void rule_out(self, uint8_t* mask, const uint32_t* links, uint32_t begin, uint32_t end) noexcept:
        cdef uint32_t i
        for i in range(begin, end):
            mask[links[i]] = 1

    cdef uint64_t cost(self, const uint8_t* mask, uint32_t count, uint64_t most) except? 1:
        """What `count` paths cost at least without the links of the mask; UNREACHED where more than `most`."""
        if count == 0:
            return 0
        self.residual.filter.banned = mask
        return self.residual.key if self.residual.solve(count, most) else UNREACHED

    cdef bint solve_parts(self, uint64_t* bound) except -1:
        """Find each part's paths and raise the bound; return whether it leaves room for a better set."""
        cdef Residual residual = self.residual
        cdef uint8_t* mask
        cdef uint64_t total = 0, least
        cdef uint32_t p, i, size
        cdef size_t k
        self.n_paths = 0
        self.path_first[0] = 0
        for p in range(self.n_parts):
            if total >= self.best:
                return False
            least = self.cost(self.masks + p * self.m, self.parts[p].count, self.best - total)
            if least == UNREACHED:
                return False
            self.parts[p].key = least
            self.parts[p].least = max(least, self.parts[p].via)
            total += self.parts[p].least
            residual.decompose()
            for i in range(residual.n_paths):
                size = residual.walks[i].count
                memcpy(
                    self.links + self.path_first[self.n_paths],
                    residual.taken + residual.walks[i].first,
                    size * sizeof(uint32_t),
                )
                self.path_part[self.n_paths] = p
                self.path_first[self.n_paths + 1] = self.path_first[self.n_paths] + size
                self.n_paths += 1
        if self.n_parts > 1:
            mask = self.masks + self.count * self.m
            memcpy(mask, self.masks, self.m)
            for p in range(1, self.n_parts):
                for k in range(self.m):
                    mask[k] &= self.masks[p * self.m + k]
            least = self.cost(mask, self.count, self.best)
            if least == UNREACHED:
                return False
            total = max(total, least)
        bound[0] = max(bound[0], total)
        return bound[0] < self.best

    cdef uint32_t conflicts(self, Conflict* found, uint32_t most) noexcept:
        """Find risks that two of the paths share, each once."""
        cdef Risks risks = self.risks
        cdef uint32_t path, i, k, z, count = 0
        memset(self.seen_by, 0, risks.n_risks * sizeof(uint32_t))
        for path in range(self.n_paths):
            for i in range(self.path_first[path], self.path_first[path + 1]):
                for k in range(risks.first[self.links[i]], risks.first[self.links[i] + 1]):
                    z = risks.risk[k]
                    if self.exempt != NULL and self.exempt[z]:
                        continue
                    if self.seen_by[z] == 0:
                        self.seen_by[z] = path + 1
                        self.seen_in[z] = risks.bundle[k]
                    elif self.seen_by[z] != path + 1 and self.seen_by[z] != UNREACHED >> 32:
                        found[count] = Conflict(self.seen_by[z] - 1, path, self.seen_in[z], risks.bundle[k], z)
                        self.seen_by[z] = UNREACHED >> 32  # told
                        count += 1
                        if count == most:
                            return count
        return count

    cdef int offer(self) except -1:
        """Keep the paths if they are better than the best so far."""
        cdef uint64_t key = 0
        cdef uint32_t i
        for i in range(self.path_first[self.n_paths]):
            key += self.query.layer.key[self.links[i]]
        if key < self.best:
            self.best = key
            memcpy(self.best_links, self.links, self.path_first[self.n_paths] * sizeof(uint32_t))
            memcpy(self.best_first, self.path_first, (<size_t>self.count + 1) * sizeof(uint32_t))
        return 0

    cdef int try_greedily(self) except -1:
        """For each path: keep it, and add best ones that keep away from the risks of all before."""
        cdef uint32_t kept = self.n_paths, start
        cdef size_t total = self.path_first[kept]
        cdef uint32_t* links = <uint32_t*>allocate(total, sizeof(uint32_t))
        cdef uint32_t* first = <uint32_t*>allocate(<size_t>kept + 1, sizeof(uint32_t))
        cdef uint32_t* part = <uint32_t*>allocate(kept, sizeof(uint32_t))
        memcpy(links, self.links, total * sizeof(uint32_t))
        memcpy(first, self.path_first, (<size_t>kept + 1) * sizeof(uint32_t))
        memcpy(part, self.path_part, kept * sizeof(uint32_t))
        for start in range(kept):
            memcpy(self.links, links + first[start], (first[start + 1] - first[start]) * sizeof(uint32_t))
            self.path_first[1] = first[start + 1] - first[start]
            self.n_paths = 1
            self.complete()
        self.n_paths = kept
        memcpy(self.links, links, total * sizeof(uint32_t))
        memcpy(self.path_first, first, (<size_t>kept + 1) * sizeof(uint32_t))
        memcpy(self.path_part, part, kept * sizeof(uint32_t))
        PyMem_RawFree(links)
        PyMem_RawFree(first)
        PyMem_RawFree(part)
        return 0

    cdef int complete(self) except -1:
        """Add to the one path best ones that keep away from the risks of all before, and offer them."""
        cdef uint8_t* mask = self.masks + (<size_t>self.count + 1) * self.m
        cdef Risks risks = self.risks
        cdef uint64_t key = 0
        cdef uint32_t i, k, z
        memset(mask, 0, self.m)
        if self.query.filter.banned != NULL:
            memcpy(mask, self.query.filter.banned, self.m)
        while True:
            for i in range(self.path_first[self.n_paths - 1], self.path_first[self.n_paths]):
                key += self.query.layer.key[self.links[i]]
                for k in range(risks.first[self.links[i]], risks.first[self.links[i] + 1]):
                    z = risks.risk[k]
                    if self.exempt == NULL or not self.exempt[z]:
                        self.rule_out(mask, risks.risk_link, risks.risk_first[z], risks.risk_first[z + 1])
            if self.n_paths == self.count:
                return self.offer()
            if key >= self.best or self.cost(mask, 1, self.best - key) == UNREACHED:
                return 0
            self.residual.decompose()
            i = self.residual.walks[0].count
            memcpy(self.links + self.path_first[self.n_paths], self.residual.taken, i * sizeof(uint32_t))
            self.path_first[self.n_paths + 1] = self.path_first[self.n_paths] + i
            self.n_paths += 1

    cdef int branch(self, int32_t at, uint64_t bound, const Conflict* found, uint32_t n_found) except -1:
        """Push the children of the conflict whose cheapest child costs most."""
        cdef uint64_t children[3]
        cdef uint64_t chosen[3]
        cdef uint64_t least, most = 0
        cdef uint32_t i, which = 0, p, q
        cdef const Conflict* conflict
        if self.since == NULL:
            self.measure()
        for i in range(n_found):
            least = self.weigh(&found[i], children, &bound)
            if bound >= self.best or least >= self.best:
                return 0  # no child can be better
            if i == 0 or least > most:
                most = least
                which = i
                memcpy(chosen, children, sizeof(chosen))
        conflict = &found[which]
        p, q = self.path_part[conflict.one], self.path_part[conflict.two]
        for i in range(3):
            chosen[i] = max(chosen[i], bound)
        if p != q:
            self.push(at, Node(at, AWAY, p, 0, 0, conflict.z, chosen[0]))
            self.push(at, Node(at, AWAY, q, 0, 0, conflict.z, chosen[1]))
            return 0
        self.push(at, Node(at, NEITHER, p, conflict.x, 0, 0, chosen[0]))
        if conflict.x != conflict.y:
            self.push(at, Node(at, NEITHER, p, conflict.y, 0, 0, chosen[1]))
        self.push(at, Node(at, SPLIT, p, conflict.x, conflict.y, conflict.z, chosen[2]))
        return 0

    cdef uint64_t weigh(self, const Conflict* conflict, uint64_t* children, uint64_t* bound) except? 1:
        """Bound the children of a conflict, and the node itself; return the least child's bound."""
        cdef const uint32_t* risk_first = self.risks.risk_first
        cdef const uint32_t* bundle_first = self.risks.bundle_first
        cdef uint32_t p = self.path_part[conflict.one], q = self.path_part[conflict.two], i, part, count
        cdef uint64_t others = 0, away, single
        for i in range(self.n_parts):
            others += self.parts[i].least
        if p != q:
            for i in range(2):
                part = q if i else p
                children[i] = self.without(
                    part, self.parts[part].count, self.risks.risk_link, risk_first[conflict.z],
                    risk_first[conflict.z + 1], others - self.parts[part].least,
                )
            return min(children[0], children[1])
        others -= self.parts[p].least
        count = self.parts[p].count
        away = self.without(
            p, count - 1, self.risks.risk_link, risk_first[conflict.z], risk_first[conflict.z + 1], others
        )
        if away == UNREACHED:
            bound[0] = UNREACHED
            return UNREACHED
        single = self.cost(self.masks + p * self.m, 1, UNREACHED)
        bound[0] = max(bound[0], away + single)
        children[2] = UNREACHED
        if self.through(conflict.x, conflict.y) != UNREACHED:
            children[2] = away + max(single, self.through(conflict.x, conflict.y))
        for i in range(2):
            part = conflict.y if i else conflict.x
            children[i] = self.without(
                p, count, self.risks.bundle_link, bundle_first[part], bundle_first[part + 1], others
            )
        return min(children[0], min(children[1], children[2]))

    cdef uint64_t without(
        self, uint32_t part, uint32_t count, const uint32_t* links, uint32_t begin, uint32_t end, uint64_t others
    ) except? 1:
        """What all cost at least with `count` paths of the part without some links; UNREACHED where too much."""
        cdef uint8_t* mask = self.masks + (<size_t>self.count + 1) * self.m
        cdef uint64_t least
        if others >= self.best:
            return UNREACHED
        memcpy(mask, self.masks + part * self.m, self.m)
        self.rule_out(mask, links, begin, end)
        least = self.cost(mask, count, self.best - others)
        return UNREACHED if least == UNREACHED else least + others

    cdef int push(self, int32_t parent, Node node) except -1:
        cdef void* grown
        if node.bound >= self.best:
            return 0
        if self.n_nodes == self.room:
            self.room = 2 * self.room + 64
            grown = PyMem_RawRealloc(self.nodes, self.room * sizeof(Node))
            if grown == NULL:
                raise MemoryError("no memory for the nodes of a search by risks")
            self.nodes = <Node*>grown
            grown = PyMem_RawRealloc(self.chain, self.room * sizeof(int32_t))
            if grown == NULL:
                raise MemoryError("no memory for the nodes of a search by risks")
            self.chain = <int32_t*>grown
            grown = PyMem_RawRealloc(self.queue.items, self.room * sizeof(Item))
            if grown == NULL:
                raise MemoryError("no memory for the nodes of a search by risks")
            self.queue.items = <Item*>grown
        self.nodes[self.n_nodes] = node
        heap_push(&self.queue, node.bound, <uint32_t>self.n_nodes)
        self.n_nodes += 1
        return 0

    cdef int measure(self) except -1:
        """Fill `since`: Dijkstra along the links from the sources."""
        cdef Graph graph = self.query.graph
        cdef Layer layer = self.query.layer
        cdef Scratch scratch = graph.take()
        cdef const uint8_t* role = self.residual.base.role
        cdef uint32_t i, v, head, link
        cdef Item item
        self.since = <uint64_t*>allocate(graph.n, sizeof(uint64_t))
        memset(self.since, 0xFF, graph.n * sizeof(uint64_t))
        scratch.fresh()
        for i in range(self.query.n_sources):
            self.since[self.query.sources[i]] = 0
            heap_push(&scratch.heap, 0, self.query.sources[i])
        while scratch.heap.size > 0:
            item = heap_pop(&scratch.heap)
            v = item.value
            if item.key != self.since[v] or role[v] & TARGET:
                continue
            for link in range(graph.first[v], graph.first[v + 1]):
                head = graph.head[link]
                if layer.key[link] == 0 or role[head] & SOURCE or not passes(&self.query.filter, link):
                    continue
                if item.key + layer.key[link] < self.since[head]:
                    self.since[head] = item.key + layer.key[link]
                    heap_push(&scratch.heap, self.since[head], head)
        graph.give(scratch)
        return 0

    cdef uint64_t through(self, uint32_t x, uint32_t y) noexcept:
        """What a path costs at least that uses a link of each bundle, in either order."""
        return min(self.in_order(x, y), self.in_order(y, x))

    cdef uint64_t in_order(self, uint32_t x, uint32_t y) noexcept:
        cdef Graph graph = self.query.graph
        cdef const uint64_t* key = self.query.layer.key
        cdef Scratch base = self.residual.base
        cdef Risks risks = self.risks
        cdef uint64_t least = UNREACHED, total
        cdef uint32_t i, j, one, two, between, after
        for i in range(risks.bundle_first[x], risks.bundle_first[x + 1]):
            one = risks.bundle_link[i]
            if key[one] == 0 or self.since[graph.tail[one]] == UNREACHED:
                continue
            for j in range(risks.bundle_first[y], risks.bundle_first[y + 1]):
                two = risks.bundle_link[j]
                between, after = graph.tail[two], graph.head[two]
                if key[two] == 0 or base.mark[after] != base.stamp or self.since[between] == UNREACHED:
                    continue
                total = self.since[graph.tail[one]] + key[one]
                if one != two:
                    total = max(total, self.since[between]) + key[two]
                least = min(least, total + base.dist[after])
        return least

    cdef tuple best_paths(self):
        """The best set's paths, least key first, then by their first links, which differ."""
        cdef const uint32_t* links
        cdef uint32_t path, i, size
        cdef uint64_t key
        found = []
        for path in range(self.count):
            links = self.best_links + self.best_first[path]
            size = self.best_first[path + 1] - self.best_first[path]
            key = 0
            for i in range(size):
                key += self.query.layer.key[links[i]]
            found.append((key, self.query.graph.rank[links[0]], as_tuple(links, size)))
        return tuple([ids for _, _, ids in sorted(found)])


def without_shared_risks(
    Query query not None, Risks risks not None, exempt, uint32_t count, bint split, uint32_t budget,
    double deadline_s,
):
    """See `risks.pyi`."""
    cdef RiskSearch search
    cdef const uint8_t[::1] spared
    if query.n_sources == 0 or query.n_targets == 0:
        return None, None, ()
    refuse_meeting_ends(query)
    search = RiskSearch(query, risks, count, split)
    if exempt is not None:
        spared = exempt
        if spared.shape[0] != risks.n_risks:
            raise ValueError("one byte a risk")
        search.exempt = &spared[0]
    try:
        search.run(budget, deadline_s)
        bound = search.queue.items[0].key if search.queue.size > 0 else search.best
        if search.best == UNREACHED:
            return None, bound if search.queue.size > 0 else None, ()
        return search.best, min(bound, search.best), search.best_paths()
    finally:
        search.residual.close()
        search.residual.give()
