/* Runs hypre on one system: hypre-peer IN OUT (amg SETTING | pfmg) REPEATS
 *
 * IN, little-endian: int64 kind, rows, entries or layers, grid rows, grid columns; double absolute target;
 *   kind 0: int64 start[rows + 1]; int32 column[entries]; double value[entries], b[rows]
 *   kind 1: double diagonal[cells], east[cells], south[cells], down[cells], b[cells]  (off-diagonals as positive numbers)
 * OUT: double x[], gathered on rank 0. One line is printed: iterations, set-up and solve in wall and processor seconds, bytes.
 * SETTING 0: HMIS, extended+i, strength 0.25; 1: the same with one aggressive level; 2: PMIS, strength 0.5, l1 Gauss-Seidel,
 * one aggressive level. The tolerance is the absolute target, on the residual's 2-norm. */
#include <HYPRE.h>
#include <HYPRE_parcsr_ls.h>
#include <HYPRE_struct_ls.h>
#include <mpi.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double processor(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec + 1e-9 * t.tv_nsec;
}

/* Most bytes resident since this program began; getrusage would count what its parent held when it forked. */
static double peak(void) {
    char line[256];
    double kilobytes = 0;
    FILE *file = fopen("/proc/self/status", "r");
    if (!file) return 0;
    while (fgets(line, sizeof line, file))
        if (sscanf(line, "VmHWM: %lf", &kilobytes) == 1) break;
    fclose(file);
    return kilobytes * 1024.0;
}

/* Bytes resident now; reading the system may have taken more before. */
static double resident(void) {
    long total = 0, pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file) return peak();
    if (fscanf(file, "%ld %ld", &total, &pages) != 2) pages = 0;
    fclose(file);
    return pages * 4096.0;
}

static void *take(FILE *file, size_t count, size_t size) {
    void *data = malloc(count * size + 1);
    if (!data || fread(data, size, count, file) != count) {
        fprintf(stderr, "the system cannot be read\n");
        exit(2);
    }
    return data;
}

typedef struct {
    double setup, setup_cpu, solve, solve_cpu;
    HYPRE_Int iterations;
} Times;

/* The fastest of the repeats. */
static void keep(Times *best, Times now) {
    if (best->setup + best->solve == 0 || now.setup + now.solve < best->setup + best->solve) *best = now;
}

static void say(Times times, double before) {
    int rank;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    double mine[3] = {times.setup_cpu, times.solve_cpu, peak() - before}, all[3];
    MPI_Reduce(mine, all, 3, MPI_DOUBLE, MPI_SUM, 0, MPI_COMM_WORLD);
    if (!rank)
        printf("%d %.6f %.6f %.6f %.6f %.0f\n", (int)times.iterations, times.setup, all[0], times.solve, all[1], all[2]);
}

/* Gathers the parts of x, whose lengths are counts, in rank order. */
static void write_solution(const char *name, const double *part, int count) {
    int rank, ranks;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    int *counts = malloc(ranks * sizeof(int)), *starts = malloc((ranks + 1) * sizeof(int));
    MPI_Gather(&count, 1, MPI_INT, counts, 1, MPI_INT, 0, MPI_COMM_WORLD);
    starts[0] = 0;
    if (!rank)
        for (int r = 0; r < ranks; r++) starts[r + 1] = starts[r] + counts[r];
    double *all = rank ? NULL : malloc(starts[ranks] * sizeof(double) + 1);
    MPI_Gatherv(part, count, MPI_DOUBLE, all, counts, starts, MPI_DOUBLE, 0, MPI_COMM_WORLD);
    if (!rank) {
        FILE *file = fopen(name, "wb");
        if (!file || fwrite(all, sizeof(double), starts[ranks], file) != (size_t)starts[ranks]) exit(3);
        fclose(file);
    }
}

static double *solve_rows(FILE *file, int64_t rows, int64_t entries, double target, int setting, int repeats, int *count) {
    int rank, ranks;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    int64_t *start = take(file, rows + 1, 8);
    int32_t *column = take(file, entries, 4);
    double *value = take(file, entries, 8), *b = take(file, rows, 8);
    long low = rows * rank / ranks, high = rows * (rank + 1) / ranks - 1;
    *count = (int)(high - low + 1);
    double before = resident();
    HYPRE_IJMatrix matrix;
    HYPRE_IJMatrixCreate(MPI_COMM_WORLD, low, high, low, high, &matrix);
    HYPRE_IJMatrixSetObjectType(matrix, HYPRE_PARCSR);
    HYPRE_IJMatrixInitialize(matrix);
    for (long row = low; row <= high; row++) {
        HYPRE_Int length = (HYPRE_Int)(start[row + 1] - start[row]), at = (HYPRE_Int)row;
        HYPRE_IJMatrixSetValues(matrix, 1, &length, &at, &column[start[row]], &value[start[row]]);
    }
    HYPRE_IJMatrixAssemble(matrix);
    free(start), free(column), free(value);
    HYPRE_ParCSRMatrix a;
    HYPRE_IJMatrixGetObject(matrix, (void **)&a);
    HYPRE_Int *index = malloc(*count * sizeof(HYPRE_Int));
    double *x = calloc(*count + 1, sizeof(double));
    for (int i = 0; i < *count; i++) index[i] = (HYPRE_Int)(low + i);
    HYPRE_IJVector vector[2];
    HYPRE_ParVector handle[2];
    for (int v = 0; v < 2; v++) {
        HYPRE_IJVectorCreate(MPI_COMM_WORLD, low, high, &vector[v]);
        HYPRE_IJVectorSetObjectType(vector[v], HYPRE_PARCSR);
        HYPRE_IJVectorInitialize(vector[v]);
        HYPRE_IJVectorSetValues(vector[v], *count, index, v ? x : b + low);
        HYPRE_IJVectorAssemble(vector[v]);
        HYPRE_IJVectorGetObject(vector[v], (void **)&handle[v]);
    }
    Times best = {0};
    for (int repeat = 0; repeat < repeats; repeat++) {
        memset(x, 0, *count * sizeof(double));
        HYPRE_IJVectorSetValues(vector[1], *count, index, x);
        HYPRE_Solver amg, cg;
        HYPRE_BoomerAMGCreate(&amg);
        HYPRE_BoomerAMGSetCoarsenType(amg, setting == 2 ? 8 : 10);
        HYPRE_BoomerAMGSetInterpType(amg, 6);
        HYPRE_BoomerAMGSetPMaxElmts(amg, 4);
        HYPRE_BoomerAMGSetStrongThreshold(amg, setting == 2 ? 0.5 : 0.25);
        HYPRE_BoomerAMGSetRelaxType(amg, setting == 2 ? 8 : 6);
        HYPRE_BoomerAMGSetNumSweeps(amg, 1);
        HYPRE_BoomerAMGSetTol(amg, 0);
        HYPRE_BoomerAMGSetMaxIter(amg, 1);
        HYPRE_BoomerAMGSetAggNumLevels(amg, setting == 0 ? 0 : 1);
        HYPRE_ParCSRPCGCreate(MPI_COMM_WORLD, &cg);
        HYPRE_PCGSetTol(cg, 0);
        HYPRE_PCGSetAbsoluteTol(cg, target);
        HYPRE_PCGSetTwoNorm(cg, 1);
        HYPRE_PCGSetMaxIter(cg, 1000);
        HYPRE_PCGSetPrecond(cg, (HYPRE_PtrToSolverFcn)HYPRE_BoomerAMGSolve, (HYPRE_PtrToSolverFcn)HYPRE_BoomerAMGSetup, amg);
        Times now;
        MPI_Barrier(MPI_COMM_WORLD);
        double wall = MPI_Wtime(), cpu = processor();
        HYPRE_ParCSRPCGSetup(cg, a, handle[0], handle[1]);
        MPI_Barrier(MPI_COMM_WORLD);
        now.setup = MPI_Wtime() - wall, now.setup_cpu = processor() - cpu;
        wall = MPI_Wtime(), cpu = processor();
        HYPRE_ParCSRPCGSolve(cg, a, handle[0], handle[1]);
        MPI_Barrier(MPI_COMM_WORLD);
        now.solve = MPI_Wtime() - wall, now.solve_cpu = processor() - cpu;
        HYPRE_PCGGetNumIterations(cg, &now.iterations);
        keep(&best, now);
        HYPRE_ParCSRPCGDestroy(cg);
        HYPRE_BoomerAMGDestroy(amg);
    }
    say(best, before);
    HYPRE_IJVectorGetValues(vector[1], *count, index, x);
    return x;
}

static double *solve_box(FILE *file, int64_t layers, int64_t rows, int64_t columns, double target, int repeats, int *count) {
    int rank, ranks;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    /* Ranks share the layers' rows; one rank alone gets its solution back in the natural order. */
    int64_t cells = layers * rows * columns;
    double *part[5];
    for (int p = 0; p < 5; p++) part[p] = take(file, cells, 8);
    double before = resident();
    HYPRE_Int low[3] = {0, (HYPRE_Int)(rows * rank / ranks), 0};
    HYPRE_Int high[3] = {(HYPRE_Int)columns - 1, (HYPRE_Int)(rows * (rank + 1) / ranks) - 1, (HYPRE_Int)layers - 1};
    HYPRE_StructGrid grid;
    HYPRE_StructGridCreate(MPI_COMM_WORLD, 3, &grid);
    HYPRE_StructGridSetExtents(grid, low, high);
    HYPRE_StructGridAssemble(grid);
    HYPRE_StructStencil stencil;
    HYPRE_StructStencilCreate(3, 4, &stencil);
    HYPRE_Int offset[4][3] = {{0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}}, entry[4] = {0, 1, 2, 3};
    for (int e = 0; e < 4; e++) HYPRE_StructStencilSetElement(stencil, e, offset[e]);
    HYPRE_StructMatrix a;
    HYPRE_StructMatrixCreate(MPI_COMM_WORLD, grid, stencil, &a);
    HYPRE_StructMatrixSetSymmetric(a, 1);
    HYPRE_StructMatrixInitialize(a);
    int64_t own = layers * (high[1] - low[1] + 1) * columns, at = 0;
    double *values = malloc(own * 4 * sizeof(double)), *b = malloc(own * sizeof(double)), *x = calloc(own + 1, sizeof(double));
    for (int64_t k = 0; k < layers; k++)
        for (int64_t i = low[1]; i <= high[1]; i++)
            for (int64_t j = 0; j < columns; j++, at++) {
                int64_t n = (k * rows + i) * columns + j;
                values[4 * at] = part[0][n];
                for (int e = 1; e < 4; e++) values[4 * at + e] = -part[e][n];
                b[at] = part[4][n];
            }
    for (int p = 0; p < 5; p++) free(part[p]);
    HYPRE_StructMatrixSetBoxValues(a, low, high, 4, entry, values);
    HYPRE_StructMatrixAssemble(a);
    free(values);
    HYPRE_StructVector vector[2];
    for (int v = 0; v < 2; v++) {
        HYPRE_StructVectorCreate(MPI_COMM_WORLD, grid, &vector[v]);
        HYPRE_StructVectorInitialize(vector[v]);
        HYPRE_StructVectorSetBoxValues(vector[v], low, high, v ? x : b);
        HYPRE_StructVectorAssemble(vector[v]);
    }
    Times best = {0};
    for (int repeat = 0; repeat < repeats; repeat++) {
        memset(x, 0, own * sizeof(double));
        HYPRE_StructVectorSetBoxValues(vector[1], low, high, x);
        HYPRE_StructVectorAssemble(vector[1]);
        HYPRE_StructSolver cg, pfmg;
        HYPRE_StructPCGCreate(MPI_COMM_WORLD, &cg);
        HYPRE_StructPCGSetTol(cg, 0);
        HYPRE_StructPCGSetAbsoluteTol(cg, target);
        HYPRE_StructPCGSetTwoNorm(cg, 1);
        HYPRE_StructPCGSetMaxIter(cg, 500);
        HYPRE_StructPFMGCreate(MPI_COMM_WORLD, &pfmg);
        HYPRE_StructPFMGSetMaxIter(pfmg, 1);
        HYPRE_StructPFMGSetTol(pfmg, 0);
        HYPRE_StructPFMGSetZeroGuess(pfmg);
        HYPRE_StructPFMGSetRelaxType(pfmg, 2);
        HYPRE_StructPFMGSetRAPType(pfmg, 0);
        HYPRE_StructPFMGSetNumPreRelax(pfmg, 1);
        HYPRE_StructPFMGSetNumPostRelax(pfmg, 1);
        HYPRE_StructPFMGSetSkipRelax(pfmg, 0);
        HYPRE_StructPCGSetPrecond(cg, HYPRE_StructPFMGSolve, HYPRE_StructPFMGSetup, pfmg);
        Times now;
        MPI_Barrier(MPI_COMM_WORLD);
        double wall = MPI_Wtime(), cpu = processor();
        HYPRE_StructPCGSetup(cg, a, vector[0], vector[1]);
        MPI_Barrier(MPI_COMM_WORLD);
        now.setup = MPI_Wtime() - wall, now.setup_cpu = processor() - cpu;
        wall = MPI_Wtime(), cpu = processor();
        HYPRE_StructPCGSolve(cg, a, vector[0], vector[1]);
        MPI_Barrier(MPI_COMM_WORLD);
        now.solve = MPI_Wtime() - wall, now.solve_cpu = processor() - cpu;
        HYPRE_StructPCGGetNumIterations(cg, &now.iterations);
        keep(&best, now);
        HYPRE_StructPCGDestroy(cg);
        HYPRE_StructPFMGDestroy(pfmg);
    }
    say(best, before);
    HYPRE_StructVectorGetBoxValues(vector[1], low, high, x);
    *count = (int)own;
    return x;
}

int main(int arguments, char **argument) {
    MPI_Init(&arguments, &argument);
    if (arguments < 5) return 2;
    FILE *file = fopen(argument[1], "rb");
    if (!file) return 2;
    int64_t *head = take(file, 5, 8);
    double *target = take(file, 1, 8);
    int repeats = atoi(argument[4]), count = 0;
    HYPRE_Init();
    double *x = head[0] == 0 ? solve_rows(file, head[1], head[2], *target, atoi(argument[3]), repeats, &count)
                             : solve_box(file, head[2], head[3], head[4], *target, repeats, &count);
    write_solution(argument[2], x, count);
    MPI_Finalize();
    return 0;
}
