// An emulated grid: blocks one after the other, the threads of a block as fibers in a chosen order. A thread that ends
// without ever waiting hands its stack to the next, so that kernels without barriers run as plain loops.
//
// Faults are found where they are made: barriers and warp operations that not all threads reach, warp operations with lanes
// gone or at different ones, copies that nobody waited for. Shared memory is poison (NaN) when a block begins, and so is the
// target of an asynchronous copy until its wait.
#include "grid.h"
#include "host.h"
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>
#include <sys/mman.h>
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif
#if !defined(__x86_64__)
#include <ucontext.h>
#endif

namespace emulation
{
Position now;
static Order order = Ascending;

static std::map<std::string, Kernel>& kernels()
{
    static std::map<std::string, Kernel> all;
    return all;
}

Registration::Registration(const char* name, void (*run)(const void*), unsigned bytes, unsigned threads)
{
    kernels()[name] = {name, run, bytes, threads};
}

const Kernel* find(const char* name)
{
    auto found = kernels().find(name);
    return found == kernels().end() ? nullptr : &found->second;
}

void setOrder(Order chosen) { order = chosen; }

// A stack and where execution on it stands.
struct Fiber
{
    char* stack = nullptr;
    void* sanitizer = nullptr;
#if defined(__x86_64__)
    void* pointer = nullptr;
#else
    ucontext_t context;
#endif
};

enum State : unsigned char { Unborn, Ready, AtBarrier, InWarp, Done };
static const char* const StateNames[] = {"not begun", "ready", "at a barrier", "", "done"};

struct Copy
{
    void* to;
    const void* from;
    unsigned bytes;
};

struct Thread
{
    State state;
    Fiber* fiber;
    const char* what;
    WarpFunction function;
    void* argument;
    std::vector<std::vector<Copy>> copies; // groups not yet waited for; the last is open
};

#if defined(__SANITIZE_ADDRESS__)
constexpr size_t StackBytes = 512 << 10;
#else
constexpr size_t StackBytes = 128 << 10;
#endif

struct Block
{
    const Kernel* kernel;
    const void* arguments;
    std::vector<Thread> threads;
    std::vector<uint32> sequence; // threads in the order in which they are begun
    std::vector<uint32> place;    // and where each stands in it
    std::vector<uint32> arrived;  // a warp: lanes in its operation
    uint32 alive, waiting;
    bool failed;
    std::string message;
};

static Block block;
static uint32 running;           // the thread that runs
static Fiber* runningFiber;
static Fiber host;               // the caller's stack
static const void* hostBottom;
static size_t hostBytes;
static std::vector<Fiber*> idle; // stacks that nobody uses

#if defined(__x86_64__)
extern "C" void switch_stacks(void** save, void* load);
asm(R"(.text
.globl switch_stacks
.hidden switch_stacks
.type switch_stacks,@function
switch_stacks:
  pushq %rbp; pushq %rbx; pushq %r12; pushq %r13; pushq %r14; pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15; popq %r14; popq %r13; popq %r12; popq %rbx; popq %rbp
  ret
.size switch_stacks,.-switch_stacks
)");
#endif

// The frames of these functions are on a stack when it is left for good and used again: without red zones, which nobody
// would take away.
#define UNGUARDED __attribute__((no_sanitize("address"), noinline))

UNGUARDED static void landed(Fiber* fiber)
{
#if defined(__SANITIZE_ADDRESS__)
    const void* bottom = nullptr;
    size_t bytes = 0;
    __sanitizer_finish_switch_fiber(fiber->sanitizer, &bottom, &bytes);
    if (hostBottom == nullptr)
    {
        hostBottom = bottom;
        hostBytes = bytes;
    }
#else
    (void)fiber;
    (void)hostBottom;
    (void)hostBytes;
#endif
}

UNGUARDED static void switchTo(Fiber* to)
{
    Fiber* from = runningFiber;
    runningFiber = to;
#if defined(__SANITIZE_ADDRESS__)
    bool isHost = to == &host;
    __sanitizer_start_switch_fiber(&from->sanitizer, isHost ? hostBottom : to->stack, isHost ? hostBytes : StackBytes);
#endif
#if defined(__x86_64__)
    switch_stacks(&from->pointer, to->pointer);
#else
    swapcontext(&from->context, &to->context);
#endif
    landed(from);
}

void fault(const char* what)
{
    if (!block.failed)
    {
        block.failed = true;
        block.message = std::string("kernel ") + block.kernel->name + ", block " + std::to_string(now.block) + ", thread " +
            std::to_string(running) + ": " + what;
        int shown = 0;
        for (uint32 i = 0; i < block.threads.size() && shown < 4; i++)
        {
            const Thread& thread = block.threads[i];
            if (thread.state != AtBarrier && thread.state != InWarp) continue;
            block.message += std::string("; thread ") + std::to_string(i) + " is " +
                (thread.state == InWarp ? std::string("in ") + thread.what : StateNames[thread.state]);
            shown++;
        }
    }

    // The block's other fibers are never gone back to.
    switchTo(&host);
    abort();
}

UNGUARDED static void live();

static Fiber* takeFiber()
{
    Fiber* fiber;
    if (idle.empty())
    {
        fiber = new Fiber();
        char* memory = (char*)mmap(
            nullptr, StackBytes + 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (memory == MAP_FAILED) abort();
        mprotect(memory, 4096, PROT_NONE);
        fiber->stack = memory + 4096;
    }
    else
    {
        fiber = idle.back();
        idle.pop_back();
    }

    fiber->sanitizer = nullptr;
#if defined(__x86_64__)
    void** top = (void**)(fiber->stack + StackBytes) - 2;
    top[0] = (void*)live;
    fiber->pointer = top - 6;
#else
    getcontext(&fiber->context);
    fiber->context.uc_stack.ss_sp = fiber->stack;
    fiber->context.uc_stack.ss_size = StackBytes;
    fiber->context.uc_link = nullptr;
    makecontext(&fiber->context, live, 0);
#endif
    return fiber;
}

// The next thread after one, in the order, that has not begun or may go on; -1 where there is none.
static int next(uint32 after)
{
    uint32 count = (uint32)block.threads.size(), at = block.place[after];
    for (uint32 i = 0; i < count; i++)
    {
        at = at + 1 == count ? 0 : at + 1;
        uint32 thread = block.sequence[at];
        State state = block.threads[thread].state;
        if (state == Unborn || state == Ready) return (int)thread;
    }

    return -1;
}

UNGUARDED static void goOn(int thread)
{
    Thread& target = block.threads[thread];
    if (target.state == Unborn)
    {
        target.fiber = takeFiber();
        target.state = Ready;
    }

    running = (uint32)thread;
    now.thread = running;
    switchTo(target.fiber);
}

static void suspend()
{
    uint32 me = running;
    if (block.threads[me].state == Ready) return;
    int other = next(me);
    if (other < 0) fault("no thread can go on: not all reach a barrier, or not all lanes a warp operation");
    goOn(other);
    running = me;
    now.thread = me;
}

static void releaseBarrier()
{
    if (block.waiting == 0 || block.waiting < block.alive) return;
    block.waiting = 0;
    for (Thread& thread : block.threads)
        if (thread.state == AtBarrier) thread.state = Ready;
}

void barrier()
{
    block.threads[running].state = AtBarrier;
    block.waiting++;
    if (block.alive != block.threads.size()) fault("a barrier after a thread has ended");
    releaseBarrier();
    suspend();
}

void together(const char* what, WarpFunction function, void* argument)
{
    Thread& me = block.threads[running];
    uint32 warp = running / 32;
    me.what = what;
    me.function = function;
    me.argument = argument;
    me.state = InWarp;
    if (++block.arrived[warp] == 32)
    {
        void* lanes[32];
        Thread* first = &block.threads[warp * 32];
        for (int i = 0; i < 32; i++)
        {
            if (first[i].function != function) fault("lanes of a warp are in different operations");
            lanes[i] = first[i].argument;
        }

        block.arrived[warp] = 0;
        function(lanes);
        for (int i = 0; i < 32; i++) first[i].state = Ready;
    }

    suspend();
}

void copyAsync(void* to, const void* from, unsigned bytes)
{
    if ((uintptr_t)to % bytes != 0 || (uintptr_t)from % bytes != 0) fault("an asynchronous copy that is not aligned");
    auto& copies = block.threads[running].copies;
    if (copies.empty()) copies.emplace_back();
    memset(to, 0xff, bytes);
    copies.back().push_back({to, from, bytes});
}

void commitCopies()
{
    auto& copies = block.threads[running].copies;
    if (copies.empty()) copies.emplace_back();
    copies.emplace_back();
}

void waitCopies(int open)
{
    auto& copies = block.threads[running].copies;
    while ((int)copies.size() - 1 > open)
    {
        for (const Copy& copy : copies.front()) memcpy(copy.to, copy.from, copy.bytes);
        copies.erase(copies.begin());
    }
}

// What every fiber does: live the life of a thread, and then of the next that has not begun.
UNGUARDED static void live()
{
    landed(runningFiber);
    for (;;)
    {
        block.kernel->run(block.arguments);
        uint32 me = running;
        Thread& thread = block.threads[me];
        for (const auto& group : thread.copies)
            if (!group.empty()) fault("a thread ended with asynchronous copies that nobody waited for");
        thread.copies.clear();
        if (block.arrived[me / 32] != 0) fault("a lane ended while others of its warp wait for it");
        if (block.waiting != 0) fault("a thread ended while others wait for it at a barrier");
        thread.state = Done;
        block.alive--;
        int other = next(me);
        if (other >= 0 && block.threads[other].state == Unborn)
        {
            block.threads[other].fiber = thread.fiber;
            block.threads[other].state = Ready;
            running = (uint32)other;
            now.thread = running;
            continue;
        }

        if (other < 0 && block.alive != 0) fault("the other threads wait for one that has ended");
        idle.push_back(thread.fiber);
        if (other < 0) switchTo(&host);
        else goOn(other);
    }
}

static void arrange(uint32 threads)
{
    block.threads.resize(threads);
    block.sequence.resize(threads);
    block.place.resize(threads);
    block.arrived.assign(threads / 32, 0);
    for (uint32 i = 0; i < threads; i++) block.sequence[i] = order == Descending ? threads - 1 - i : i;
    if (order == Shuffled || order == ShuffledOtherwise)
    {
        uint32 state = order == Shuffled ? 1 : 12345;
        for (uint32 i = threads; i > 1; i--)
        {
            state = state * 1664525u + 1013904223u;
            uint32 other = (state >> 8) % i, kept = block.sequence[i - 1];
            block.sequence[i - 1] = block.sequence[other];
            block.sequence[other] = kept;
        }
    }

    for (uint32 i = 0; i < threads; i++) block.place[block.sequence[i]] = i;
}

std::string launch(const Kernel& kernel, uint32 grid, uint32 threads, size_t sharedBytes, const void* arguments)
{
    static std::vector<char> shared;
    shared.resize(sharedBytes + 16);
    char* aligned = (char*)(((uintptr_t)shared.data() + 15) / 16 * 16);
    block.kernel = &kernel;
    block.arguments = arguments;
    block.failed = false;
    hostBottom = nullptr;
    arrange(threads);
    now = {0, 0, threads, grid, aligned};
    for (uint32 i = 0; i < grid; i++)
    {
        now.block = order == Descending ? grid - 1 - i : i;
        memset(aligned, 0xff, sharedBytes);
        for (Thread& thread : block.threads)
        {
            thread.state = Unborn;
            thread.fiber = nullptr;
        }

        block.alive = threads;
        block.waiting = 0;
        runningFiber = &host;
        running = block.sequence[0];
        goOn((int)running);
        if (block.failed)
        {
            // The stacks of those who waited are lost: what lies on them is never unwound.
            for (Thread& thread : block.threads) thread.copies.clear();
            return block.message;
        }
    }

    return "";
}
}
