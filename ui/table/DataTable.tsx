import { useEffect, useId, useRef, useState, type MouseEvent, type ReactNode } from 'react'
import { Link } from '@tanstack/react-router'
import {
  createColumnHelper,
  createSortedRowModel,
  rowSortingFeature,
  sortFns,
  tableFeatures,
  useTable,
  type ColumnDef,
  type Header,
  type RowData,
} from '@tanstack/react-table'
import { grouped } from '../fields/whole-number-input.ts'
import { Button } from '../layout/Button.tsx'
import { ErrorSummary } from '../problem.tsx'

/** What a column says about its cells: `align: 'end'` for figures, `nowrap` for dates and codes, `wide` for sentences. */
type ColumnLook = { readonly align?: 'end'; readonly nowrap?: boolean; readonly wide?: boolean }

const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns,
  columnMeta: {} as ColumnLook,
})
type Features = typeof features

/** A column, made by the helper of `columnsOf`, gathered by its `columns([...])`. */
export type Column<Row extends RowData> = ColumnDef<Features, Row, unknown>

/** The helper for a page's columns, at module scope: `const column = columnsOf<Disaster>()`. */
export function columnsOf<Row extends RowData>() {
  return createColumnHelper<Features, Row>()
}

/** Order of a list, as the page keeps it in its URL. */
export type Sort = { readonly id: string; readonly desc: boolean }

const noRows: readonly never[] = []
const skeletonRows = [0, 1, 2, 3, 4]

/**
 * A list. Order and page belong to the URL and come in as props. The first column names the row: it carries the link
 * for keyboards and screen readers, and the whole row follows it for a mouse.
 */
export function DataTable<Row extends RowData>(props: {
  caption: string
  columns: readonly Column<Row>[]
  /** `undefined` while loading. */
  rows: readonly Row[] | undefined
  rowKey: (row: Row) => string
  /** Where a row leads. */
  rowLink?: (row: Row) => { to: string; params?: Record<string, string>; search?: Record<string, unknown> }
  /** What to do when there is nothing: a sentence, a button. */
  empty: ReactNode
  error?: unknown
  onRetry?: () => void
  sort?: Sort | undefined
  /** Headers of sortable columns become buttons. */
  onSort?: (sort: Sort) => void
  /** The rows are all there are, so the order is made here; otherwise the server made it. */
  complete?: boolean
  paging?: Paging
}): ReactNode {
  const captionId = useId()
  const [region, wider] = useWider()
  const table = useTable({
    features,
    columns: props.columns,
    data: props.rows ?? noRows,
    getRowId: props.rowKey,
    manualSorting: props.complete !== true,
    enableSorting: props.onSort !== undefined,
    enableMultiSort: false,
    state: { sorting: props.sort ? [props.sort] : [] },
  })
  if (props.error) return <FailedList error={props.error} onRetry={props.onRetry} />
  if (props.rows?.length === 0) {
    return (
      <div className="table-block">
        <p className="table-caption">{props.caption}</p>
        <div className="empty">{props.empty}</div>
        {props.paging && <PagingRow paging={props.paging} shown={0} />}
      </div>
    )
  }
  return (
    <div className="table-block">
      {wider && (
        <p className="table-more">右に続きがあります。表を横に動かして見てください（キーボードは←→）。</p>
      )}
      {/* Scrolls sideways on a narrow screen; a keyboard reaches it by its tab stop. */}
      <div ref={region} className="table-scroll" role="region" aria-labelledby={captionId} tabIndex={0}>
        <table className="table" aria-busy={props.rows === undefined}>
          <caption id={captionId}>{props.caption}</caption>
          <thead>
            {table.getHeaderGroups().map((group) => (
              <tr key={group.id}>
                {group.headers.map((header) => (
                  <HeaderCell key={header.id} header={header} sort={props.sort} onSort={props.onSort}>
                    <table.FlexRender header={header} />
                  </HeaderCell>
                ))}
              </tr>
            ))}
          </thead>
          <tbody>
            {props.rows === undefined
              ? skeletonRows.map((row) => (
                  <tr key={row}>
                    {props.columns.map((_, index) => (
                      <td key={index}>
                        <span className="skeleton" />
                      </td>
                    ))}
                  </tr>
                ))
              : table.getRowModel().rows.map((row) => (
                  <LinkedRow key={row.id} linked={props.rowLink !== undefined}>
                    {row.getAllCells().map((cell, index) => {
                      const { align, nowrap, wide } = cell.column.columnDef.meta ?? {}
                      const content = <table.FlexRender cell={cell} />
                      return index === 0 ? (
                        <th
                          key={cell.id}
                          scope="row"
                          data-align={align}
                          data-nowrap={nowrap}
                          data-wide={wide}
                        >
                          {props.rowLink ? <Link {...props.rowLink(row.original)}>{content}</Link> : content}
                        </th>
                      ) : (
                        <td key={cell.id} data-align={align} data-nowrap={nowrap} data-wide={wide}>
                          {content}
                        </td>
                      )
                    })}
                  </LinkedRow>
                ))}
          </tbody>
        </table>
      </div>
      {props.rows === undefined && (
        <p className="visually-hidden" role="status">
          読み込んでいます
        </p>
      )}
      {props.paging && <PagingRow paging={props.paging} shown={props.rows?.length ?? 0} />}
    </div>
  )
}

/** Whether what stands in an element is wider than the element, followed as either changes. */
function useWider(): [(element: HTMLElement | null) => void, boolean] {
  const [element, setElement] = useState<HTMLElement | null>(null)
  const [wider, setWider] = useState(false)
  useEffect(() => {
    if (element === null) return
    const watcher = new ResizeObserver(() => setWider(element.scrollWidth > element.clientWidth + 1))
    watcher.observe(element)
    if (element.firstElementChild) watcher.observe(element.firstElementChild)
    return () => watcher.disconnect()
  }, [element])
  return [setElement, wider]
}

function HeaderCell<Row extends RowData>(props: {
  header: Header<Features, Row, unknown>
  sort: Sort | undefined
  onSort: ((sort: Sort) => void) | undefined
  children: ReactNode
}): ReactNode {
  const { column } = props.header
  const { align } = column.columnDef.meta ?? {}
  const onSort = props.onSort
  if (onSort === undefined || !column.getCanSort()) {
    return (
      <th scope="col" data-align={align}>
        {props.children}
      </th>
    )
  }
  const order = props.sort?.id === column.id ? (props.sort.desc ? 'descending' : 'ascending') : undefined
  return (
    <th scope="col" data-align={align} aria-sort={order ?? 'none'}>
      <button
        type="button"
        className="sort-button"
        onClick={() => onSort({ id: column.id, desc: order === 'ascending' })}
      >
        {props.children}
        <span className="sort-mark" aria-hidden="true">
          {order === undefined ? '△▽' : order === 'ascending' ? '▲' : '▼'}
        </span>
      </button>
    </th>
  )
}

function LinkedRow(props: { linked: boolean; children: ReactNode }): ReactNode {
  const row = useRef<HTMLTableRowElement>(null)
  function follow(event: MouseEvent): void {
    const onControl = (event.target as Element).closest('a, button, input, label, select')
    const selecting = window.getSelection()?.isCollapsed === false
    if (!onControl && !selecting) row.current?.querySelector('a')?.click()
  }
  return (
    <tr ref={row} data-link={props.linked || undefined} onClick={props.linked ? follow : undefined}>
      {props.children}
    </tr>
  )
}

/** Moves by cursor. A move that is not possible is left out; both left out: one page. */
export type Paging = {
  readonly onFirst?: (() => void) | undefined
  readonly onPrevious?: (() => void) | undefined
  readonly onNext?: (() => void) | undefined
  /** 全体の件数, where the server counted. */
  readonly total?: number | undefined
}

function PagingRow(props: { paging: Paging; shown: number }): ReactNode {
  const { onFirst, onPrevious, onNext, total } = props.paging
  return (
    <nav className="paging" aria-label="ページの移動">
      <span className="quiet figures">
        {total === undefined
          ? `${grouped(props.shown)}件を表示`
          : `全${grouped(total)}件のうち${grouped(props.shown)}件を表示`}
      </span>
      <span className="button-row">
        {onFirst && (
          <Button size="small" onClick={onFirst}>
            最初へ
          </Button>
        )}
        {onPrevious && (
          <Button size="small" onClick={onPrevious}>
            前へ
          </Button>
        )}
        {onNext && (
          <Button size="small" onClick={onNext}>
            次へ
          </Button>
        )}
      </span>
    </nav>
  )
}

function FailedList(props: { error: unknown; onRetry: (() => void) | undefined }): ReactNode {
  return (
    <ErrorSummary
      error={props.error}
      actions={
        props.onRetry && (
          <p>
            <Button onClick={props.onRetry}>もう一度読み込む</Button>
          </p>
        )
      }
    />
  )
}
